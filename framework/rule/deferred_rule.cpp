#include <cornu/framework/rule/deferred_rule.hpp>

namespace cornu::optim {

Series DeferredRule::series() const { return {}; }
void DeferredRule::write_coefficients(const Step&, std::span<double>) const {}
double DeferredRule::scale(const Step&) const { return 1; }
double DeferredRule::decay(const Step&) const { return 0; }
bool DeferredRule::covers(const Step&) const { return true; }

}  // namespace cornu::optim
