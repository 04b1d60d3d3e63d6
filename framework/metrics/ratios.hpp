#pragma once
// Internal: thresholds, and arithmetic on counts by threshold.
#include <algorithm>
#include <cstdint>
#include <vector>

#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::metrics {

using Values = std::vector<double>;

/// More are refused: a file may ask for any number of them.
inline constexpr std::int64_t most_thresholds = 1'000'000;

/// What Keras adds to denominators, and puts between a threshold at the end and the end.
inline constexpr double epsilon = 1e-7;

/// With top_k what is not among the largest lies here, below all thresholds; in float32 it is no threshold above
/// itself.
inline constexpr double below_all = -1e10;

/// Thresholds at equal distances from 0 to 1; one alone is 0.5.
inline Values even_thresholds(std::int64_t count) {
  if (count == 1) return {0.5};
  Values thresholds;
  for (std::int64_t i = 0; i < count; ++i)
    thresholds.push_back(static_cast<double>(i) / static_cast<double>(count - 1));
  return thresholds;
}

inline double divide_no_nan(double x, double y) { return y == 0 ? 0 : x / y; }

/// f(a, b), one by one.
template <class F>
Values each_of(const Values& a, const Values& b, F f) {
  Values values(a.size());
  std::transform(a.begin(), a.end(), b.begin(), values.begin(), f);
  return values;
}

/// a / (a + b), one by one.
inline Values shares(const Values& a, const Values& b) {
  return each_of(a, b, [](double x, double y) { return divide_no_nan(x, x + y); });
}

/// A scalar of one value.
inline Tensor one_or_all(const Values& values) { return values.size() == 1 ? Tensor(values[0]) : Tensor(values); }

}  // namespace cornu::metrics
