#pragma once
// Internal: how the work of attention is cut for several threads.
#include <cstdint>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/attention.hpp>

namespace cornu::ops {

/// What one kernel call computes: some tiles of the queries that share a sample's head of keys.
struct AttentionPiece {
  std::int64_t sample, key_head;
  std::int64_t cut;  ///< which of the pieces with the same keys
  std::int64_t first_tile, end_tile;
};

/// What follows from measurements.
struct AttentionCosts {
  double a_pair = 0, a_pair_and_dim = 0;  ///< nanoseconds for each query and key, and for each dimension of them
  std::int64_t fewest_tiles = 1;          ///< fewer in a piece are not worth that it packs the keys once more
  std::int64_t enough_pieces = 1;         ///< queries with the same keys are cut only where there are fewer
};

/// Each sample and head of keys is a piece, or, where these are few, several of some tiles.
class AttentionPieces {
 public:
  AttentionPieces(std::int64_t batch, std::int64_t key_heads, const kernels::AttentionExtents& extents,
                  const AttentionCosts& costs);

  /// Pieces with the same keys.
  std::int64_t cuts() const { return cuts_; }

  /// f(piece) for all of them, on several threads.
  template <class F>
  void each(const F& f) const {
    detail::parallel_for(batch_ * key_heads_ * cuts_, grain_, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t i = first; i < last; ++i) f(piece(i));
    });
  }

 private:
  AttentionPiece piece(std::int64_t number) const;

  std::int64_t batch_, key_heads_;
  std::int64_t tiles_;  // with the same keys
  std::int64_t tiles_a_piece_;
  std::int64_t cuts_, grain_;
};

}  // namespace cornu::ops
