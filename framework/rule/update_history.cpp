#include <cornu/framework/rule/update_history.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace cornu::optim {

namespace {
constexpr std::size_t shortest = 64;  // of the ring: most rows that are read have a stamp that is still in it
}

UpdateHistory::UpdateHistory(Series series, std::size_t rows, std::optional<double> average_momentum)
    : series_(std::move(series)),
      rows_(rows),
      columns_(1 + series_.terms),
      length_(std::max(series_.length(), shortest)),
      coefficients_(length_ * columns_, 0.0),
      ring_(length_ * columns_, 0.0),
      average_ring_(average_momentum ? ring_.size() : 0, 0.0),
      chunks_(1),
      average_momentum_(average_momentum.value_or(0)) {
  if (series_.endless)
    for (std::size_t i = 1; i < coefficients_.size(); i += columns_) coefficients_[i] = 1;
  set_coefficients(series_.coefficients);
  ring_[place_of(0)] = 1;
  chunks_[0].rows = static_cast<std::uint32_t>(rows);
}

// Row length − j of coefficients_ is c(j): neighbouring stamps, the older first, find theirs in neighbouring rows.
void UpdateHistory::set_coefficients(std::span<const double> coefficients) {
  for (std::size_t j = 1; j <= series_.length(); ++j)
    std::copy_n(coefficients.begin() + static_cast<std::ptrdiff_t>((j - 1) * series_.terms), series_.terms,
                coefficients_.begin() + static_cast<std::ptrdiff_t>((length_ - j) * columns_ + 1));
}

// Adds one update to the numbers x = (Π (1 − λ), S) of `count` neighbouring stamps of the ring, the first of which is
// of that age: x ← x·(1 − λ) + a·(0, c). Their averages: x̄ ← γ·x̄ + (1 − γ)·x.
void UpdateHistory::extend(std::size_t first, std::size_t count, std::size_t age, const Update& update) {
  const double keep = 1 - update.decay, scale = update.scale;
  double* const numbers = ring_.data() + first * columns_;
  const double* const coefficients = coefficients_.data() + (length_ - age) * columns_;
  for (std::size_t i = 0; i < count * columns_; ++i) numbers[i] = numbers[i] * keep + scale * coefficients[i];
  if (average_ring_.empty()) return;
  double* const averages = average_ring_.data() + first * columns_;
  const double fade = average_momentum_, take = 1 - average_momentum_;
  for (std::size_t i = 0; i < count * columns_; ++i) averages[i] = averages[i] * fade + numbers[i] * take;
}

void UpdateHistory::add_to_totals(const Update& update) {
  const double keep = 1 - update.decay, fade = average_momentum_;
  totals_.log_kept = keep > 0 ? totals_.log_kept + std::log1p(-update.decay) : 0;  // else every row was visited
  totals_.scales = totals_.scales * keep + update.scale;
  totals_.kept_average = (keep > 0 ? totals_.kept_average * fade / keep : 0) + (1 - fade);
  totals_.scales_average = totals_.scales_average * fade + totals_.scales * (1 - fade);
}

// Whether retiring the stamp in the next update takes memory. Rows of that update may come into its chunk until then.
bool UpdateHistory::needs_spare(Stamp stamp) const {
  const Chunk& chunk = chunks_[stamp / chunk_size];
  return !chunk.retired.defined() && (chunk.rows > 0 || stamp / chunk_size == (now_ + 1) / chunk_size);
}

void UpdateHistory::reserve_update() {
  if ((now_ + 2) / chunk_size == chunks_.size()) chunks_.reserve(chunks_.size() + 1);
  if (now_ + 1 >= length_ && !spare_.defined() && needs_spare(static_cast<Stamp>(now_ + 1 - length_)))
    spare_ = Tensor::uninitialized({chunk_size, width_of_retired()}, float64);
}

void UpdateHistory::add(const Update& update) {
  reserve_update();
  add_to_totals(update);
  if (!update.coefficients.empty()) set_coefficients(update.coefficients);
  learning_rate_ = update.learning_rate;
  number_ = update.number;
  ++now_;
  // The stamps now − age … now − 1, which lie in the ring in one piece or in two.
  const std::size_t age = std::min<std::size_t>(now_, length_), first = (now_ - age) % length_;
  const std::size_t to_the_end = std::min(age, length_ - first);
  extend(first, to_the_end, age, update);
  extend(0, age - to_the_end, age - to_the_end, update);

  if ((now_ + 1) / chunk_size == chunks_.size()) chunks_.emplace_back();
  if (now_ >= length_) retire(static_cast<Stamp>(now_ - length_));
  std::fill_n(ring_.begin() + static_cast<std::ptrdiff_t>(place_of(now_)), columns_, 0.0);
  ring_[place_of(now_)] = 1;
  if (!average_ring_.empty())
    std::fill_n(average_ring_.begin() + static_cast<std::ptrdiff_t>(place_of(now_)), columns_, 0.0);
}

void UpdateHistory::retire(Stamp stamp) {
  Chunk& chunk = chunks_[stamp / chunk_size];
  if (chunk.rows == 0) return;
  if (!chunk.retired.defined()) chunk.retired = std::exchange(spare_, Tensor());
  double* to = chunk.retired.mutable_data<double>() + stamp % chunk_size * width_of_retired();
  to = std::copy_n(ring_.data() + place_of(stamp), columns_, to);
  if (!average_ring_.empty()) std::copy_n(average_ring_.data() + place_of(stamp), columns_, to);
  const std::array<double, totals_width> totals{totals_.log_kept, totals_.scales, totals_.kept_average,
                                                totals_.scales_average};
  std::copy(totals.begin(), totals.end(), to + columns_);
}

MissedUpdates UpdateHistory::since(Stamp stamp, std::span<double> buffer) const {
  if (now_ - stamp >= length_) return since_old(stamp, buffer);
  const double* const numbers = ring_.data() + place_of(stamp);
  MissedUpdates missed{now_ - stamp, learning_rate_, number_, 1 - numbers[0], {numbers + 1, series_.terms}};
  if (average_ring_.empty()) return missed;
  const double* const averages = average_ring_.data() + place_of(stamp);
  missed.kept_on_average = averages[0];
  missed.average_sums = {averages + 1, series_.terms};
  return missed;
}

// Let x be a number of the stamp as it was when the stamp left the ring, and P = Π (1 − λ_i) over the updates since.
// Now it is x·P. But the sum of an endless series has gone on as A has: it is (x − A then)·P + A. The average of a
// number is γ^n times what it was, with n updates since, and what the number was after each of these adds its part.
MissedUpdates UpdateHistory::since_old(Stamp stamp, std::span<double> buffer) const {
  const double* const numbers =
      chunks_[stamp / chunk_size].retired.data<double>() + stamp % chunk_size * width_of_retired();
  const double *const averages = numbers + columns_, *const totals = averages + columns_;
  const Totals then{totals[0], totals[1], totals[2], totals[3]};
  const double kept = std::exp(totals_.log_kept - then.log_kept);
  const double fade = std::pow(average_momentum_, static_cast<double>(now_ - stamp - length_));
  const double kept_average = kept * totals_.kept_average - fade * then.kept_average;
  const auto went_on = [&](std::size_t i) { return series_.endless && i == 1; };
  MissedUpdates missed{now_ - stamp, learning_rate_, number_, 0, buffer.subspan(1, series_.terms)};
  for (std::size_t i = 0; i < columns_; ++i)
    buffer[i] = went_on(i) ? (numbers[i] - then.scales) * kept + totals_.scales : numbers[i] * kept;
  missed.lost = 1 - buffer[0];
  if (average_ring_.empty()) return missed;
  const std::span<double> to = buffer.subspan(columns_, columns_);
  for (std::size_t i = 0; i < columns_; ++i)
    to[i] = fade * averages[i] + (went_on(i) ? (numbers[i] - then.scales) * kept_average + totals_.scales_average -
                                                   fade * then.scales_average
                                             : numbers[i] * kept_average);
  missed.kept_on_average = to[0];
  missed.average_sums = to.subspan(1, series_.terms);
  return missed;
}

void UpdateHistory::restamp_all() {
  for (Chunk& chunk : chunks_) {
    chunk.rows = 0;
    forget(chunk);
  }
  chunks_[now_ / chunk_size].rows = static_cast<std::uint32_t>(rows_);
}

}  // namespace cornu::optim
