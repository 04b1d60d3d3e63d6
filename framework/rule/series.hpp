#pragma once
// Internal: the series that deferred rules share.
#include <cornu/framework/rule/deferred_rule.hpp>

namespace cornu::optim {

/// c_0(j) = ratio^j for a ratio in 0 … 1, below 1, for as many j as count in the dtype.
Series geometric_series(double ratio, DType dtype);

/// For Σ_j a_j·ratio^j / (r·q_j + ε), where r = √v belongs to the element and q_j = root_ratio^j changes slowly. Let q₀
/// be the mean of the q_j, weighted by ratio^j, d = 1 / (r·q₀ + ε), and ρ = r·q₀·d, which lies in 0 … 1. Then
/// r·q_j + ε = (1 + ρ·(q_j/q₀ − 1)) / d, and expanding 1 / (1 + ρ·(q_j/q₀ − 1)) in powers of ρ gives
///
///     Σ_j a_j·ratio^j / (r·q_j + ε) = d · Σ_n (−ρ)^n·S_n,  c_n(j) = ratio^j·(q_j/q₀ − 1)^n
///
/// `series.terms` is 0 if that takes more than 24 terms: the q_j then change as fast as ratio^j.
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
