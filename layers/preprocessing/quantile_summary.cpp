#include <cornu/layers/preprocessing/quantile_summary.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cornu::layers {

namespace {

// NaN behind all others, as NumPy sorts.
bool before(float a, float b) { return a < b || (std::isnan(b) && !std::isnan(a)); }

// Each `step`th of the numbers, for as many as there are.
std::vector<float> every(const std::vector<float>& sorted, double step) {
  std::vector<float> picked;
  for (auto i = static_cast<std::size_t>(step - 1); i < sorted.size(); i += static_cast<std::size_t>(step))
    picked.push_back(sorted[i]);
  return picked;
}

// The value at x of the line through (xs, ys), xs in order; beyond them the first or the last.
double interpolated(double x, const std::vector<float>& xs, const std::vector<float>& ys) {
  const std::size_t after = static_cast<std::size_t>(std::upper_bound(xs.begin(), xs.end(), x) - xs.begin());
  if (after == 0) return ys.front();
  if (after == xs.size()) return ys.back();
  const double x0 = xs[after - 1], x1 = xs[after], y0 = ys[after - 1], y1 = ys[after];
  if (x == x0) return y0;
  return (y1 - y0) / (x1 - x0) * (x - x0) + y0;
}

}  // namespace

QuantileSummary::Summary QuantileSummary::of(const Tensor& numbers, double epsilon) {
  const Tensor x = numbers.astype(float32);
  std::vector<float> sorted(x.data<float>(), x.data<float>() + x.size());
  std::sort(sorted.begin(), sorted.end(), before);
  const double step = std::max(static_cast<double>(sorted.size()) / (1 / epsilon), 1.0);
  Summary summary{every(sorted, step), {}};
  summary.weights.assign(summary.values.size(), static_cast<float>(step));
  return summary;
}

QuantileSummary::Summary QuantileSummary::merged(const Summary& a, const Summary& b) {
  Summary all = a;
  all.values.insert(all.values.end(), b.values.begin(), b.values.end());
  all.weights.insert(all.weights.end(), b.weights.begin(), b.weights.end());
  std::vector<std::size_t> order(all.values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return before(all.values[i], all.values[j]); });
  Summary sorted;
  for (const std::size_t i : order) {
    sorted.values.push_back(all.values[i]);
    sorted.weights.push_back(all.weights[i]);
  }
  return sorted;
}

QuantileSummary::Summary QuantileSummary::compressed(const Summary& summary, double epsilon) {
  if (static_cast<double>(summary.values.size()) * epsilon < 1) return summary;
  std::vector<float> sums(summary.weights.size()), parts;
  std::partial_sum(summary.weights.begin(), summary.weights.end(), sums.begin());
  for (const float sum : sums) parts.push_back(sum / sums.back());
  Summary result;
  double before_this = 0;
  const auto count = static_cast<std::int64_t>(std::ceil(1 / epsilon));
  for (std::int64_t i = 0; i < count; ++i) {
    const double percent = epsilon + static_cast<double>(i) * epsilon, sum = interpolated(percent, parts, sums);
    result.values.push_back(static_cast<float>(interpolated(percent, parts, summary.values)));
    result.weights.push_back(static_cast<float>(sum - before_this));
    before_this = sum;
  }
  return result;
}

void QuantileSummary::add(const Tensor& numbers) {
  summary_ = compressed(merged(of(numbers, epsilon_), summary_), epsilon_);
}

std::vector<double> QuantileSummary::boundaries(std::int64_t parts) const {
  const Summary all = compressed(summary_, 1 / static_cast<double>(parts));
  return {all.values.begin(), all.values.end() - 1};
}

}  // namespace cornu::layers
