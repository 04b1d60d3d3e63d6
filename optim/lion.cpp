#include <cornu/optim/lion.hpp>

#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/optimizer/each_common_option.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/optim/deferred/rules.hpp>

namespace cornu::optim {

Lion::Lion(cornu::detail::NoOptions) : Lion() {}
Lion::Lion(LionOptions options)
    : ElementwiseOptimizer("Lion", "lion", common_options(options), {{.name = "momentum"}}),
      beta_1_(options.beta_1),
      beta_2_(options.beta_2) {
  require_option("Lion", "beta_1", beta_1_ > 0 && beta_1_ <= 1, beta_1_, "above 0, at most 1");
  require_option("Lion", "beta_2", beta_2_ >= 0 && beta_2_ <= 1, beta_2_, "0 … 1");
}

std::shared_ptr<const DeferredRule> Lion::deferred_rule(DType) const { return deferred_sign(beta_2_); }

template <class T>
void Lion::update_elements(const Elements<T>& e) const {
  const kernels::LionRule<T> rule{static_cast<T>(learning_rate_), static_cast<T>(beta_1_), static_cast<T>(1 - beta_1_),
                                  static_cast<T>(beta_2_), static_cast<T>(1 - beta_2_)};
  kernels::table<kernels::MomentKernels<T>>().lion(rule, e.gradient, run_of(e), e.value, e.slots[0]);
}

template void Lion::update_elements(const Elements<float>&) const;
template void Lion::update_elements(const Elements<double>&) const;

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& beta_1, auto& beta_2) {
  option("beta_1", beta_1);
  option("beta_2", beta_2);
};

}  // namespace

Config Lion::get_config() const { return write_options(Optimizer::get_config(), each_option, beta_1_, beta_2_); }

std::shared_ptr<Lion> Lion::from_config(const ConfigView& config) {
  auto options = with_common_options<LionOptions>(config);
  read_options(config, each_option, options.beta_1, options.beta_2);
  return std::make_shared<Lion>(std::move(options));
}

}  // namespace cornu::optim
