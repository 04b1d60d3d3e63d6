#include <cornu/framework/rule/series.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace cornu::optim {

namespace {

constexpr std::size_t most_terms = 24;
constexpr double longest = 20000;

// The part of a sum that may be left out, at its end and for lack of terms.
double negligible(DType dtype) { return dtype == float32 ? 1e-10 : 1e-18; }
double negligible_term(DType dtype) { return dtype == float32 ? 1e-8 : 1e-17; }

}  // namespace

std::size_t series_length(double ratio, DType dtype) {
  if (ratio <= 0) return 1;
  const double length = std::log(negligible(dtype)) / std::log(ratio);
  return static_cast<std::size_t>(std::ceil(std::min(std::max(length, 1.0), longest)));
}

std::size_t series_terms(std::span<const double> weights, std::span<const double> deltas, DType dtype) {
  double all = 0;
  for (const double weight : weights) all += weight;
  std::vector<double> left(weights.begin(), weights.end());
  for (std::size_t terms = 1; terms <= most_terms; ++terms) {
    double size = 0;
    for (std::size_t j = 0; j < left.size(); ++j) size += std::abs(left[j] *= deltas[j]);
    if (size <= negligible_term(dtype) * all) return terms;
  }
  return 0;
}

Series geometric_series(double ratio, DType dtype) {
  Series series{1};
  double power = 1;
  for (std::size_t j = series_length(ratio, dtype); j > 0; --j) series.coefficients.push_back(power *= ratio);
  return series;
}

ExpandedSeries expanded_series(double ratio, double root_ratio, DType dtype) {
  std::vector<double> weights, roots;
  double all = 0, weighted = 0;
  for (std::size_t j = 1; j <= series_length(ratio, dtype); ++j) {
    weights.push_back(std::pow(ratio, static_cast<double>(j)));
    roots.push_back(std::pow(root_ratio, static_cast<double>(j)));
    all += weights.back();
    weighted += weights.back() * roots.back();
  }
  if (all == 0) return {1, {1, {0}}};
  ExpandedSeries expanded{weighted / all};
  std::vector<double> deltas;
  for (const double root : roots) deltas.push_back(root / expanded.q - 1);
  expanded.series.terms = series_terms(weights, deltas, dtype);
  for (std::size_t j = 0; j < weights.size(); ++j)
    for (std::size_t n = 0; n < expanded.series.terms; ++n, weights[j] *= deltas[j])
      expanded.series.coefficients.push_back(weights[j]);
  return expanded;
}

}  // namespace cornu::optim
