#pragma once
// Internal: what the updates since any earlier one amount to, for rows that had no gradient in them.
#include <cstddef>
#include <cstdint>
#include <vector>

#include <cornu/framework/idle_rule.hpp>
#include <cornu/framework/tensor.hpp>

namespace cornu::optim {

/// One update, as rows without a gradient see it.
struct IdleUpdate {
  double scale;  // a
  double learning_rate;
  double decay;  // λ: w ← w − λ·w
};

/// The updates of one variable. Rows say at which update they were last current (their stamp); for each stamp that a
/// row has, the history knows the numbers of Missed. One more update costs a pass over the youngest stamps, as many as
/// the series is long; what became of older ones is remembered for as long as a row has them.
class UpdateHistory {
 public:
  using Stamp = std::uint32_t;

  UpdateHistory(IdleSeries series, std::size_t rows);

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

  /// Doubles that since() needs room for.
  std::size_t columns() const { return columns_; }

 private:
  // Stamps that lie together: how many rows have one of them, and, for those that left the ring, their numbers then.
  static constexpr std::size_t chunk_size = 256;
  struct Chunk {
    std::uint32_t rows = 0;
    Tensor retired;  // (chunk_size, columns + 2)
  };
  static void forget(Chunk& chunk) { chunk.retired = Tensor(); }
  double* young(Stamp stamp) { return ring_.data() + stamp % length_ * columns_; }
  const double* young(Stamp stamp) const { return ring_.data() + stamp % length_ * columns_; }
  void extend(std::size_t first, std::size_t count, std::size_t age, double scale, double keep);
  void retire(Stamp stamp);
  Missed since_old(Stamp stamp, std::span<double> buffer) const;

  IdleSeries series_;
  std::size_t rows_, columns_, length_;
  std::vector<double> coefficients_;  // (length, columns), oldest first
  std::vector<double> ring_;          // (length, columns): decay, S_0, S_1, …
  std::vector<Chunk> chunks_;
  Stamp now_ = 0;
  double log_decay_ = 0, scales_ = 0;  // Σ log(1 − λ), Σ a
  double learning_rate_ = 0, decay_by_scale_ = 0;
};

}  // namespace cornu::optim
