#pragma once
// Internal: Nadam's updates without a gradient, in closed form.
#include <memory>

#include <cornu/framework/rule/deferred_rule.hpp>

namespace cornu::optim {

/// m ← β₁·m;  v ← β₂·v;  w ← w − a_t·m / (√(v / (1 − β₂^t)) + ε), for k updates, the numbers of which are t. Covers
/// updates from that t on from which √(1 − β₂^t) changes slowly enough. Null if there is no such t.
std::shared_ptr<const DeferredRule> deferred_nadam(double beta_1, double beta_2, double epsilon, DType dtype);

}  // namespace cornu::optim
