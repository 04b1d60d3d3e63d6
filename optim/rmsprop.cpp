#include <cornu/optim/rmsprop.hpp>

#include <cmath>

namespace cornu::optim {

namespace {
std::vector<Slot> slots_of(const RMSpropOptions& options) {
  std::vector<Slot> slots{{"velocity"}};
  if (options.momentum > 0) slots.push_back({.name = "momentum", .group = 1});
  if (options.centered) slots.push_back({.name = "average_gradient", .group = 2});
  return slots;
}
}  // namespace

RMSprop::RMSprop(RMSpropOptions options)
    : ElementwiseOptimizer("RMSprop", "rm_sprop", common_options(options), slots_of(options)),
      rho_(options.rho),
      momentum_(options.momentum),
      epsilon_(options.epsilon),
      centered_(options.centered) {
  require_option("RMSprop", "rho", rho_ >= 0 && rho_ <= 1, rho_, "0 … 1");
  require_option("RMSprop", "momentum", momentum_ >= 0 && momentum_ <= 1, momentum_, "0 … 1");
  require_option("RMSprop", "epsilon", epsilon_ >= 0, epsilon_, "0 or more");
}

template <class T>
void RMSprop::update_elements(const Elements<T>& e) const {
  const T lr = static_cast<T>(learning_rate_), rho = static_cast<T>(rho_), rest = static_cast<T>(1 - rho_);
  const T momentum = static_cast<T>(momentum_), epsilon = static_cast<T>(epsilon_);
  T* const velocity = e.slots[0];
  T* const momenta = momentum_ > 0 ? e.slots[1] : nullptr;
  T* const averages = centered_ ? e.slots[momentum_ > 0 ? 2 : 1] : nullptr;
  for (std::size_t i = 0; i < e.size; ++i) {
    const T g = e.gradient ? e.gradient[i] : T(0);
    T variance = velocity[i] = rho * velocity[i] + rest * (g * g);
    if (averages) {
      averages[i] = rho * averages[i] + rest * g;
      variance -= averages[i] * averages[i];
    }
    T increment = lr * g / std::sqrt(variance + epsilon);
    if (momenta) increment = momenta[i] = momentum * momenta[i] + increment;
    e.value[i] -= increment;
  }
}

template void RMSprop::update_elements(const Elements<float>&) const;
template void RMSprop::update_elements(const Elements<double>&) const;

}  // namespace cornu::optim
