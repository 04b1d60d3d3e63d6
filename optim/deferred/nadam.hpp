#pragma once
// Internal: Nadam's updates without a gradient, in closed form.
#include <memory>

#include <cornu/framework/rule/deferred_rule.hpp>

namespace cornu::optim {

/// m ← β₁·m;  v ← β₂·v;  w ← w − a_t·m / (√(v / (1 − β₂^t)) + ε), in updates t with k of them. Covers updates from some
/// t on, when the root of the correction changes slowly enough. Null when that is never so.
std::shared_ptr<const DeferredRule> deferred_nadam(double beta_1, double beta_2, double epsilon, DType dtype);

}  // namespace cornu::optim
