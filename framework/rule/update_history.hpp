#pragma once
// Internal: what the updates that rows have missed amount to.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <cornu/framework/rule/deferred_rule.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::optim {

/// The updates of one variable. For each stamp that some row has, the history knows the numbers of MissedUpdates. The
/// numbers of the youngest stamps, as many as the series is long and at least 64, stand in a ring: adding an update
/// costs a pass over it. Those of older stamps are put away for as long as some row has one of them.
class UpdateHistory {
 public:
  using Stamp = std::uint32_t;

  /// One update, as a row without a gradient sees it.
  struct Update {
    double scale;  // a
    double learning_rate;
    double decay;                               // λ: w ← w − λ·w
    std::int64_t number = 0;                    // from 1
    std::span<const double> coefficients = {};  // if they change from update to update
  };

  /// With `average_momentum` γ, for weights that are averaged: a ← γ·a + (1 − γ)·w after each update.
  UpdateHistory(Series series, std::size_t rows, std::optional<double> average_momentum = {});

  /// Number of updates so far: the stamp of a row that is current.
  Stamp now() const { return now_; }
  void add(const Update& update);
  /// Takes the memory that the next add() needs, which cannot fail then.
  void reserve_update();
  /// What the updates after `stamp`, which is below now(), amount to. Valid until the next add() and as long as
  /// `buffer`, which has room for 2 · (1 + terms) numbers.
  MissedUpdates since(Stamp stamp, std::span<double> buffer) const;

  /// `rows` rows change their stamp. `to` is at most now() + 1, the stamp of rows that are part of the next update.
  void restamp(Stamp from, Stamp to, std::size_t rows) {
    Chunk& old = chunks_[from / chunk_size];
    chunks_[to / chunk_size].rows += static_cast<std::uint32_t>(rows);
    old.rows -= static_cast<std::uint32_t>(rows);
    if (old.rows == 0) forget(old);
  }
  /// All rows get the stamp now().
  void restamp_all();

  const Series& series() const { return series_; }

  /// All that the history knows but for the numbers of rows, which follow from their stamps: float64 tensors.
  std::vector<Tensor> state() const;
  /// Takes over a state of a history with the same series and average. `stamps` are those of the rows. Throws
  /// ValueError for tensors that are no such state, or that have no numbers for one of the stamps.
  void restore(const std::vector<Tensor>& state, std::span<const std::int32_t> stamps);

 private:
  // 256 neighbouring stamps: how many rows have one of them, and the numbers of those stamps that have left the ring.
  static constexpr std::size_t chunk_size = 256;
  struct Chunk {
    std::uint32_t rows = 0;
    Tensor retired;  // (chunk_size, width_of_retired())
  };
  // Running totals over all updates. The totals of two times tell what the updates between them do to a number.
  struct Totals {
    double log_kept = 0;      // Σ log(1 − λ)
    double scales = 0;        // A = Σ_j a_j·Π_{i>j} (1 − λ_i)
    double kept_average = 0;  // the running average of Π_{i ≤ j} (1 − λ_i), divided by the last of these products
    double scales_average = 0;  // the running average of A
  };
  static constexpr std::size_t totals_width = 4;
  std::size_t width_of_retired() const { return 2 * columns_ + totals_width; }
  static void forget(Chunk& chunk) { chunk.retired = Tensor(); }
  void set_coefficients(std::span<const double> coefficients);
  std::size_t place_of(Stamp stamp) const { return stamp % length_ * columns_; }
  void extend(std::size_t first, std::size_t count, std::size_t age, const Update& update);
  void add_to_totals(const Update& update);
  void retire(Stamp stamp);
  bool needs_spare(Stamp stamp) const;
  MissedUpdates since_old(Stamp stamp, std::span<double> buffer) const;

  Series series_;
  std::size_t rows_, columns_, length_;
  std::vector<double> coefficients_;  // (length, columns), oldest first
  std::vector<double> ring_;          // (length, columns): Π (1 − λ), S_0, S_1, … of a stamp
  std::vector<double> average_ring_;  // their averages, if the weights are averaged
  std::vector<Chunk> chunks_;
  Tensor spare_;  // for the numbers of the next chunk of which a stamp leaves the ring
  Stamp now_ = 0;
  Totals totals_;
  double learning_rate_ = 0;
  std::int64_t number_ = 0;
  double average_momentum_;
};

}  // namespace cornu::optim
