#include <cornu/optim/nadam.hpp>

#include <cmath>

#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/optim/deferred/nadam.hpp>

namespace cornu::optim {

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

}  // namespace cornu::optim
