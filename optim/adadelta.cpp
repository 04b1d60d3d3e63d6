#include <cornu/optim/adadelta.hpp>

#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/optimizer/each_common_option.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/optim/deferred/rules.hpp>

namespace cornu::optim {

Adadelta::Adadelta(cornu::detail::NoOptions) : Adadelta() {}
Adadelta::Adadelta(AdadeltaOptions options)
    : ElementwiseOptimizer("Adadelta", "adadelta", common_options(options),
                           {{"accumulated_grad"}, {"accumulated_delta_var"}}),
      rho_(options.rho),
      epsilon_(options.epsilon) {
  require_option("Adadelta", "rho", rho_ >= 0 && rho_ <= 1, rho_, "0 … 1");
  require_not_negative("Adadelta", "epsilon", epsilon_);
}

std::shared_ptr<const DeferredRule> Adadelta::deferred_rule(DType) const {
  return epsilon_ > 0 ? deferred_fading({rho_, rho_}) : nullptr;
}

template <class T>
void Adadelta::update_elements(const Elements<T>& e) const {
  const kernels::AdadeltaRule<T> rule{static_cast<T>(learning_rate_), static_cast<T>(rho_), static_cast<T>(1 - rho_),
                                      static_cast<T>(epsilon_)};
  kernels::table<kernels::AccumulatorKernels<T>>().adadelta(rule, e.gradient, run_of(e), e.value, e.slots[0],
                                                            e.slots[1]);
}

template void Adadelta::update_elements(const Elements<float>&) const;
template void Adadelta::update_elements(const Elements<double>&) const;

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& rho, auto& epsilon) {
  option("rho", rho);
  option("epsilon", epsilon);
};

}  // namespace

Config Adadelta::get_config() const { return write_options(Optimizer::get_config(), each_option, rho_, epsilon_); }

std::shared_ptr<Adadelta> Adadelta::from_config(const ConfigView& config) {
  auto options = with_common_options<AdadeltaOptions>(config);
  read_options(config, each_option, options.rho, options.epsilon);
  return std::make_shared<Adadelta>(std::move(options));
}

}  // namespace cornu::optim
