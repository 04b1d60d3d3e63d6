#include <cornu/framework/update_history.hpp>

#include <algorithm>
#include <cmath>

namespace cornu::optim {

IdleSeries IdleRule::series() const { return {}; }
double IdleRule::scale(const Step&) const { return 1; }
double IdleRule::decay(const Step&) const { return 0; }
bool IdleRule::covers(const Step&) const { return true; }

namespace {
constexpr std::size_t shortest = 64;  // so that the decay of most rows that are read is at hand
}

UpdateHistory::UpdateHistory(IdleSeries series, std::size_t rows)
    : series_(std::move(series)),
      rows_(rows),
      columns_(1 + series_.terms),
      length_(std::max(series_.length(), shortest)),
      coefficients_(length_ * columns_, 0.0),
      ring_(length_ * columns_, 0.0),
      chunks_(1) {
  for (std::size_t j = 1; j <= length_; ++j)
    for (std::size_t n = 0; n < series_.terms; ++n) {
      double& coefficient = coefficients_[(length_ - j) * columns_ + 1 + n];
      if (j <= series_.length()) coefficient = series_.coefficients[(j - 1) * series_.terms + n];
      if (series_.endless) coefficient = 1;
    }
  young(0)[0] = 1;
  chunks_[0].rows = static_cast<std::uint32_t>(rows);
}

// Each young stamp's numbers by one more update: (decay, S) ← (decay, S)·keep + scale·(0, c).
void UpdateHistory::extend(std::size_t first, std::size_t count, std::size_t age, double scale, double keep) {
  double* const numbers = ring_.data() + first * columns_;
  const double* const coefficients = coefficients_.data() + (length_ - age) * columns_;
  for (std::size_t i = 0; i < count * columns_; ++i) numbers[i] = numbers[i] * keep + scale * coefficients[i];
}

void UpdateHistory::add(const IdleUpdate& update) {
  const double keep = 1 - update.decay;
  log_decay_ = update.decay < 1 ? log_decay_ + std::log1p(-update.decay) : 0;  // of 1, no older row is left
  scales_ += update.scale;
  if (update.scale > 0) decay_by_scale_ = update.decay / update.scale;
  learning_rate_ = update.learning_rate;
  ++now_;
  // The stamps now − age … now − 1, which lie in the ring in one piece or in two.
  const std::size_t age = std::min<std::size_t>(now_, length_), first = (now_ - age) % length_;
  const std::size_t to_the_end = std::min(age, length_ - first);
  extend(first, to_the_end, age, update.scale, keep);
  extend(0, age - to_the_end, age - to_the_end, update.scale, keep);

  if ((now_ + 1) / chunk_size == chunks_.size()) chunks_.emplace_back();
  if (now_ >= length_) retire(static_cast<Stamp>(now_ - length_));
  std::fill_n(young(now_), columns_, 0.0);
  young(now_)[0] = 1;
}

void UpdateHistory::retire(Stamp stamp) {
  Chunk& chunk = chunks_[stamp / chunk_size];
  if (chunk.rows == 0) return;
  const std::size_t width = columns_ + 2;
  if (!chunk.retired.defined()) chunk.retired = Tensor::uninitialized({chunk_size, width}, float64);
  double* const numbers = chunk.retired.mutable_data<double>() + stamp % chunk_size * width;
  std::copy_n(young(stamp), columns_, numbers);
  numbers[columns_] = log_decay_;
  numbers[columns_ + 1] = scales_;
}

Missed UpdateHistory::since(Stamp stamp, std::span<double> buffer) const {
  if (now_ - stamp >= length_) return since_old(stamp, buffer);
  const double* const numbers = young(stamp);
  return {now_ - stamp, learning_rate_, 1 - numbers[0], {numbers + 1, series_.terms}};
}

// What a stamp amounted to when it left the ring, and only decayed since; an endless series went on:
// Σ a_j · Π_{i>j} (1 − λ_i) is (1 − Π (1 − λ_i)) · a / λ.
Missed UpdateHistory::since_old(Stamp stamp, std::span<double> buffer) const {
  const std::size_t width = columns_ + 2;
  const double* const then = chunks_[stamp / chunk_size].retired.data<double>() + stamp % chunk_size * width;
  const double log_ratio = log_decay_ - then[columns_], ratio = std::exp(log_ratio);
  for (std::size_t i = 0; i < columns_; ++i) buffer[i] = then[i] * ratio;
  if (series_.endless)
    buffer[1] += decay_by_scale_ > 0 ? -std::expm1(log_ratio) / decay_by_scale_ : scales_ - then[columns_ + 1];
  return {now_ - stamp, learning_rate_, 1 - buffer[0], buffer.subspan(1, series_.terms)};
}

void UpdateHistory::restamp_all() {
  for (Chunk& chunk : chunks_) {
    chunk.rows = 0;
    forget(chunk);
  }
  chunks_[now_ / chunk_size].rows = static_cast<std::uint32_t>(rows_);
}

}  // namespace cornu::optim
