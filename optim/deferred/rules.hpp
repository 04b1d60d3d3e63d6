#pragma once
// Internal: closed forms that several optimizers share, for k updates without a gradient. L is the part of the
// weights that decay takes meanwhile, 1 − Π (1 − λ_j).
#include <functional>
#include <memory>

#include <cornu/framework/rule/deferred_rule.hpp>

namespace cornu::optim {

/// v ← μ·v;  w ← w + s·v, k times: with M = Σ_j μ^j·Π_{i>j} (1 − λ_i), w ← w − L·w + s·M·v;  v ← μ^k·v.
std::shared_ptr<const DeferredRule> deferred_momentum(double momentum, double sign, DType dtype);

/// w ← w − lr_j·sign(m);  m ← β·m, k times: with R = Σ_j lr_j·Π_{i>j} (1 − λ_i), w ← w − L·w − R·sign(m).
std::shared_ptr<const DeferredRule> deferred_sign(double beta);

/// w ← w + (z − w) / t, for k updates, the numbers of which are t: w ← w + L·(z − w), L = 1 − Π (1 − 1/t);  v ← β^k·v.
/// Slots: z, v.
std::shared_ptr<const DeferredRule> deferred_towards_average(double beta);

/// The slots fade by themselves: slot i ← factors[i]^k · slot i;  w ← w − L·w.
std::shared_ptr<const DeferredRule> deferred_fading(std::vector<double> factors);

/// RMSprop's: v ← ρ·v;  m ← μ·m;  w ← w − m;  a ← ρ·a. Slots: v, with μ > 0 m, centered a.
std::shared_ptr<const DeferredRule> deferred_root_mean_square(double rho, double momentum, bool centered, DType dtype);

struct DeferredMomentsOptions {
  double beta_1, beta_2, epsilon;
  bool amsgrad = false;
  bool largest = false;                      ///< the second moment is a largest absolute value (Adamax), no mean square
  std::function<double(const Step&)> alpha;  ///< the step's size: w ← w − α·m / (√v + ε)
};
/// m ← β₁·m;  v ← β₂·v;  w ← w − α_j·m / (√v + ε), k times, expanded as in expanded_series(). Null when that takes too
/// many terms.
std::shared_ptr<const DeferredRule> deferred_moments(DeferredMomentsOptions options, DType dtype);

}  // namespace cornu::optim
