#include <cornu/optim/adamax.hpp>

#include <cmath>

#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/optimizer/each_common_option.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/optim/deferred/rules.hpp>

namespace cornu::optim {

Adamax::Adamax(cornu::detail::NoOptions) : Adamax() {}
Adamax::Adamax(AdamaxOptions options)
    : ElementwiseOptimizer("Adamax", "adamax", common_options(options), {{"momentum"}, {"norm"}}),
      beta_1_(options.beta_1),
      beta_2_(options.beta_2),
      epsilon_(options.epsilon) {
  require_option("Adamax", "beta_1", beta_1_ >= 0 && beta_1_ < 1, beta_1_, "0 or more, below 1");
  require_option("Adamax", "beta_2", beta_2_ >= 0 && beta_2_ < 1, beta_2_, "0 or more, below 1");
  require_not_negative("Adamax", "epsilon", epsilon_);
}

namespace {
double alpha(const Step& step, double beta_1) {
  return step.learning_rate / (1 - std::pow(beta_1, static_cast<double>(step.number)));
}
}  // namespace

void Adamax::begin(const Step& step) { alpha_ = alpha(step, beta_1_); }

std::shared_ptr<const DeferredRule> Adamax::deferred_rule(DType dtype) const {
  const auto size = [beta_1 = beta_1_](const Step& step) { return alpha(step, beta_1); };
  return deferred_moments({beta_1_, beta_2_, epsilon_, false, true, size}, dtype);
}

template <class T>
void Adamax::update_elements(const Elements<T>& e) const {
  const kernels::AdamaxRule<T> rule{static_cast<T>(alpha_), static_cast<T>(1 - beta_1_), static_cast<T>(beta_2_),
                                    static_cast<T>(epsilon_)};
  kernels::table<kernels::MomentKernels<T>>().adamax(rule, e.gradient, run_of(e), e.value, e.slots[0], e.slots[1]);
}

template void Adamax::update_elements(const Elements<float>&) const;
template void Adamax::update_elements(const Elements<double>&) const;

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& beta_1, auto& beta_2, auto& epsilon) {
  option("beta_1", beta_1);
  option("beta_2", beta_2);
  option("epsilon", epsilon);
};

}  // namespace

Config Adamax::get_config() const {
  return write_options(Optimizer::get_config(), each_option, beta_1_, beta_2_, epsilon_);
}

std::shared_ptr<Adamax> Adamax::from_config(const ConfigView& config) {
  auto options = with_common_options<AdamaxOptions>(config);
  read_options(config, each_option, options.beta_1, options.beta_2, options.epsilon);
  return std::make_shared<Adamax>(std::move(options));
}

}  // namespace cornu::optim
