#include <cornu/optim/nadam.hpp>

#include <cmath>

#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/optimizer/each_common_option.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/optim/deferred/nadam.hpp>

namespace cornu::optim {

Nadam::Nadam(cornu::detail::NoOptions) : Nadam() {}
Nadam::Nadam(NadamOptions options)
    : ElementwiseOptimizer("Nadam", "nadam", common_options(options), {{"momentum"}, {"velocity"}}),
      beta_1_(options.beta_1),
      beta_2_(options.beta_2),
      epsilon_(options.epsilon),
      u_product_(Tensor(1.F), {.name = "u_product", .trainable = false}),
      momentum_(options.beta_1) {
  require_option("Nadam", "beta_1", beta_1_ >= 0 && beta_1_ < 1, beta_1_, "0 or more, below 1");
  require_option("Nadam", "beta_2", beta_2_ >= 0 && beta_2_ < 1, beta_2_, "0 or more, below 1");
  require_not_negative("Nadam", "epsilon", epsilon_);
}

void Nadam::begin(const Step& step) {
  const double product = momentum_.product_until(step.number);
  mean_rate_ = step.learning_rate * momentum_.mean_rate(step.number);
  gradient_rate_ = step.learning_rate * (1 - momentum_.at(step.number)) / (1 - product);
  square_scale_ = 1 / (1 - std::pow(beta_2_, static_cast<double>(step.number)));
  u_product_.assign(Tensor(static_cast<float>(product)));
}

std::shared_ptr<const DeferredRule> Nadam::deferred_rule(DType dtype) const {
  return deferred_nadam(beta_1_, beta_2_, epsilon_, dtype);
}

template <class T>
void Nadam::update_elements(const Elements<T>& e) const {
  const kernels::NadamRule<T> rule{static_cast<T>(mean_rate_),    static_cast<T>(gradient_rate_),
                                   static_cast<T>(1 - beta_1_),   static_cast<T>(1 - beta_2_),
                                   static_cast<T>(square_scale_), static_cast<T>(epsilon_)};
  kernels::table<kernels::MomentKernels<T>>().nadam(rule, e.gradient, run_of(e), e.value, e.slots[0], e.slots[1]);
}

template void Nadam::update_elements(const Elements<float>&) const;
template void Nadam::update_elements(const Elements<double>&) const;

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& beta_1, auto& beta_2, auto& epsilon) {
  option("beta_1", beta_1);
  option("beta_2", beta_2);
  option("epsilon", epsilon);
};

}  // namespace

Config Nadam::get_config() const {
  return write_options(Optimizer::get_config(), each_option, beta_1_, beta_2_, epsilon_);
}

std::shared_ptr<Nadam> Nadam::from_config(const ConfigView& config) {
  auto options = with_common_options<NadamOptions>(config);
  read_options(config, each_option, options.beta_1, options.beta_2, options.epsilon);
  return std::make_shared<Nadam>(std::move(options));
}

}  // namespace cornu::optim
