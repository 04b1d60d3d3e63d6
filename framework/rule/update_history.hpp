#pragma once
// Internal: what the updates since any earlier one amount to, for rows that had no gradient in them.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <cornu/framework/rule/deferred_rule.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::optim {

/// One update, as rows without a gradient see it.
struct IdleUpdate {
  double scale;  // a
  double learning_rate;
  double decay;                               // λ: w ← w − λ·w
  std::int64_t number = 0;                    // from 1
  std::span<const double> coefficients = {};  // of this update, where they change
};

/// The updates of one variable. Rows say at which update they were last current (their stamp); for each stamp that a
/// row has, the history knows the numbers of Missed. One more update costs a pass over the youngest stamps, as many as
/// the series is long; what became of older ones is remembered for as long as a row has them.
class UpdateHistory {
 public:
  using Stamp = std::uint32_t;

  /// With `average_momentum` γ, for weights that are averaged: a ← γ·a + (1 − γ)·w after each update.
  UpdateHistory(IdleSeries series, std::size_t rows, std::optional<double> average_momentum = {});

  /// Number of updates so far: the stamp of a row that is current.
  Stamp now() const { return now_; }
  void add(const IdleUpdate& update);
  /// Valid until the next add(). `stamp` is below now().
  Missed since(Stamp stamp, std::span<double> buffer) const;

  /// So many rows with the one stamp have now the other, at most now() + 1, which is that of rows that are in the next
  /// update; all rows are current.
  void restamp(Stamp from, Stamp to, std::size_t rows) {
    Chunk& old = chunks_[from / chunk_size];
    chunks_[to / chunk_size].rows += static_cast<std::uint32_t>(rows);
    old.rows -= static_cast<std::uint32_t>(rows);
    if (old.rows == 0) forget(old);
  }
  void restamp_all();

  const IdleSeries& series() const { return series_; }

 private:
  // Stamps that lie together: how many rows have one of them, and, for those that left the ring, their numbers then.
  static constexpr std::size_t chunk_size = 256;
  struct Chunk {
    std::uint32_t rows = 0;
    Tensor retired;  // (chunk_size, width_of_retired())
  };
  // What all updates amount to; of two such, what those between them do.
  struct Totals {
    double log_kept = 0;      // Σ log(1 − λ)
    double scales = 0;        // A = Σ_j a_j·Π_{i>j} (1 − λ_i)
    double kept_average = 0;  // the average of Π_{i ≤ j} (1 − λ_i), as part of the last
    double scales_average = 0;
  };
  static constexpr std::size_t totals_width = 4;
  std::size_t width_of_retired() const { return 2 * columns_ + totals_width; }
  static void forget(Chunk& chunk) { chunk.retired = Tensor(); }
  void set_coefficients(std::span<const double> coefficients);
  std::size_t place_of(Stamp stamp) const { return stamp % length_ * columns_; }
  void extend(std::size_t first, std::size_t count, std::size_t age, const IdleUpdate& update);
  void add_to_totals(const IdleUpdate& update);
  void retire(Stamp stamp);
  Missed since_old(Stamp stamp, std::span<double> buffer) const;

  IdleSeries series_;
  std::size_t rows_, columns_, length_;
  std::vector<double> coefficients_;  // (length, columns), oldest first
  std::vector<double> ring_;          // (length, columns): Π (1 − λ), S_0, S_1, …
  std::vector<double> average_ring_;  // their averages, if the weights are averaged
  std::vector<Chunk> chunks_;
  Stamp now_ = 0;
  Totals totals_;
  double learning_rate_ = 0;
  std::int64_t number_ = 0;
  double average_momentum_;
};

}  // namespace cornu::optim
