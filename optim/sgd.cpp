#include <cornu/optim/sgd.hpp>

#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/optimizer/each_common_option.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/optim/deferred/rules.hpp>

namespace cornu::optim {

SGD::SGD(cornu::detail::NoOptions) : SGD() {}
SGD::SGD(SGDOptions options)
    : ElementwiseOptimizer("SGD", "sgd", common_options(options),
                           options.momentum == 0 ? std::vector<Slot>{} : std::vector<Slot>{{"momentum"}}),
      momentum_(options.momentum),
      nesterov_(options.nesterov) {
  require_option("SGD", "momentum", momentum_ >= 0 && momentum_ <= 1, momentum_, "0 … 1");
}

std::shared_ptr<const DeferredRule> SGD::deferred_rule(DType dtype) const {
  return momentum_ == 0 ? deferred_fading({}) : deferred_momentum(momentum_, nesterov_ ? momentum_ : 1, dtype);
}

template <class T>
void SGD::update_elements(const Elements<T>& e) const {
  const auto& kernels = kernels::table<kernels::OptimizerKernels<T>>();
  const T learning_rate = static_cast<T>(learning_rate_);
  if (momentum_ == 0) return kernels.gradient_descent(learning_rate, e.gradient, run_of(e), e.value);
  const kernels::MomentumRule<T> rule{learning_rate, static_cast<T>(momentum_), nesterov_};
  kernels.momentum(rule, e.gradient, run_of(e), e.value, e.slots[0]);
}

template void SGD::update_elements(const Elements<float>&) const;
template void SGD::update_elements(const Elements<double>&) const;

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& momentum, auto& nesterov) {
  option("momentum", momentum);
  option("nesterov", nesterov);
};

}  // namespace

Config SGD::get_config() const { return write_options(Optimizer::get_config(), each_option, momentum_, nesterov_); }

std::shared_ptr<SGD> SGD::from_config(const ConfigView& config) {
  auto options = with_common_options<SGDOptions>(config);
  read_options(config, each_option, options.momentum, options.nesterov);
  return std::make_shared<SGD>(std::move(options));
}

}  // namespace cornu::optim
