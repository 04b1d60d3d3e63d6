#pragma once
// Internal: the series that deferred rules share.
#include <cornu/framework/rule/deferred_rule.hpp>

namespace cornu::optim {

/// Powers of a ratio in 0 … 1, below 1: c_0(j) = ratio^j, to the precision of the dtype.
Series geometric_series(double ratio, DType dtype);

/// For Σ_j a_j·ratio^j / (r·q_j + ε), where q_j = root_ratio^j changes slowly: with the mean q₀ of the q_j, weighted by
/// ratio^j, d = 1 / (r·q₀ + ε) and ρ = r·q₀·d, which lies in 0 … 1,
///
///     Σ_j a_j·ratio^j / (r·q_j + ε) = d · Σ_n (−ρ)^n·S_n,  c_n(j) = ratio^j·(q_j/q₀ − 1)^n
///
/// (divide by 1 + ρ·(q_j/q₀ − 1) and expand). `series.terms` is 0 when it takes more than 24 terms, because the q_j
/// change as fast as the weights.
struct ExpandedSeries {
  double q = 1;  ///< q₀
  Series series = {};
};
ExpandedSeries expanded_series(double ratio, double root_ratio, DType dtype);

/// How many powers of the ratio are not negligible beside their sum.
std::size_t series_length(double ratio, DType dtype);
/// How many powers n of δ it takes until Σ_j |weights[j]·δ[j]^n| is negligible beside Σ_j weights[j]; 0 if more
/// than 24.
std::size_t series_terms(std::span<const double> weights, std::span<const double> deltas, DType dtype);

}  // namespace cornu::optim
