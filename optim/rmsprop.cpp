#include <cornu/optim/rmsprop.hpp>

#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/optimizer/each_common_option.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/optim/deferred/rules.hpp>

namespace cornu::optim {

namespace {
std::vector<Slot> slots_of(const RMSpropOptions& options) {
  std::vector<Slot> slots{{"velocity"}};
  if (options.momentum > 0) slots.push_back({.name = "momentum", .group = 1});
  if (options.centered) slots.push_back({.name = "average_gradient", .group = 2});
  return slots;
}
}  // namespace

RMSprop::RMSprop(cornu::detail::NoOptions) : RMSprop() {}
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

// The increment is 0 without a gradient: v and the average fade, and the momentum runs out.
std::shared_ptr<const DeferredRule> RMSprop::deferred_rule(DType dtype) const {
  if (epsilon_ <= 0) return nullptr;
  return deferred_root_mean_square(rho_, momentum_, centered_, dtype);
}

template <class T>
void RMSprop::update_elements(const Elements<T>& e) const {
  const kernels::RMSpropRule<T> rule{static_cast<T>(learning_rate_), static_cast<T>(rho_), static_cast<T>(1 - rho_),
                                     static_cast<T>(momentum_), static_cast<T>(epsilon_)};
  T* const momentum = momentum_ > 0 ? e.slots[1] : nullptr;
  T* const average = centered_ ? e.slots[momentum_ > 0 ? 2 : 1] : nullptr;
  kernels::table<kernels::OptimizerKernels<T>>().rmsprop(rule, e.gradient, run_of(e), e.value, e.slots[0], momentum,
                                                         average);
}

template void RMSprop::update_elements(const Elements<float>&) const;
template void RMSprop::update_elements(const Elements<double>&) const;

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& rho, auto& momentum, auto& epsilon, auto& centered) {
  option("rho", rho);
  option("momentum", momentum);
  option("epsilon", epsilon);
  option("centered", centered);
};

}  // namespace

Config RMSprop::get_config() const {
  return write_options(Optimizer::get_config(), each_option, rho_, momentum_, epsilon_, centered_);
}

std::shared_ptr<RMSprop> RMSprop::from_config(const ConfigView& config) {
  auto options = with_common_options<RMSpropOptions>(config);
  read_options(config, each_option, options.rho, options.momentum, options.epsilon, options.centered);
  return std::make_shared<RMSprop>(std::move(options));
}

}  // namespace cornu::optim
