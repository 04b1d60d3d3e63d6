#include <cornu/framework/idle_series.hpp>

#include <algorithm>
#include <cmath>

namespace cornu::optim {

namespace {

constexpr std::size_t most_terms = 24;
constexpr double longest = 20000;

// The part of a sum that may be left out, at its end and for lack of terms.
double negligible(DType dtype) { return dtype == float32 ? 1e-10 : 1e-18; }
double negligible_term(DType dtype) { return dtype == float32 ? 1e-8 : 1e-17; }

// How many powers of the ratio are not negligible beside their sum.
std::size_t length_of(double ratio, DType dtype) {
  if (ratio <= 0) return 1;
  const double length = std::log(negligible(dtype)) / std::log(ratio);
  return static_cast<std::size_t>(std::ceil(std::min(std::max(length, 1.0), longest)));
}

}  // namespace

IdleSeries geometric_series(double ratio, DType dtype) {
  IdleSeries series{1};
  double power = 1;
  for (std::size_t j = length_of(ratio, dtype); j > 0; --j) series.coefficients.push_back(power *= ratio);
  return series;
}

ExpandedSeries expanded_series(double ratio, double root_ratio, DType dtype) {
  const std::size_t length = length_of(ratio, dtype);
  double weights = 0, weighted = 0;
  for (std::size_t j = 1; j <= length; ++j) {
    const double weight = std::pow(ratio, static_cast<double>(j));
    weights += weight;
    weighted += weight * std::pow(root_ratio, static_cast<double>(j));
  }
  if (weights == 0) return {1, {1, {0}}};
  ExpandedSeries expanded{weighted / weights};

  const auto coefficient = [&](std::size_t j, std::size_t n) {
    const auto k = static_cast<double>(j);
    return std::pow(ratio, k) * std::pow(std::pow(root_ratio, k) / expanded.q - 1, static_cast<double>(n));
  };
  const auto size_of = [&](std::size_t n) {
    double sum = 0;
    for (std::size_t j = 1; j <= length; ++j) sum += std::abs(coefficient(j, n));
    return sum / weights;
  };
  std::size_t terms = 1;
  while (terms <= most_terms && size_of(terms) > negligible_term(dtype)) ++terms;
  if (terms > most_terms) return expanded;
  expanded.series.terms = terms;
  for (std::size_t j = 1; j <= length; ++j)
    for (std::size_t n = 0; n < terms; ++n) expanded.series.coefficients.push_back(coefficient(j, n));
  return expanded;
}

}  // namespace cornu::optim
