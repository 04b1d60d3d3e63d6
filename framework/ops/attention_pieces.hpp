#pragma once
// Internal: how the work of attention is cut for several threads.
#include <cstdint>

#include <cornu/framework/base/parallel.hpp>

namespace cornu::ops {

/// Parts of the work: those of each sample and head of keys, all with so many tiles, one of which takes `nanoseconds`.
struct AttentionParts {
  std::int64_t batch = 0, key_heads = 0, tiles = 0;
  double nanoseconds = 0;
};

struct AttentionPiece {
  std::int64_t sample, key_head;
  std::int64_t cut;  ///< which of the pieces of this part
  std::int64_t first_tile, end_tile;
};

/// Each part is a piece; where there are few, they are cut to several pieces of some tiles.
class AttentionPieces {
 public:
  /// Where there are so many pieces, no part is cut.
  static constexpr std::int64_t enough = 16;

  /// Pieces of fewer tiles are not worth what each of them does for itself.
  AttentionPieces(const AttentionParts& parts, std::int64_t fewest_tiles);

  /// Pieces of a part.
  std::int64_t cuts() const { return cuts_; }

  /// f(piece) for all of them, on several threads.
  template <class F>
  void each(const F& f) const {
    detail::parallel_for(parts_.batch * parts_.key_heads * cuts_, grain_, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t i = first; i < last; ++i) f(piece(i));
    });
  }

 private:
  AttentionPiece piece(std::int64_t number) const;

  AttentionParts parts_;
  std::int64_t tiles_a_piece_, cuts_, grain_;
};

}  // namespace cornu::ops
