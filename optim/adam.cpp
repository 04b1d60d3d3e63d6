#include <cornu/optim/adam.hpp>

#include <cmath>

#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/optimizer/each_common_option.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/optim/deferred/rules.hpp>

namespace cornu::optim {

namespace {
std::vector<Slot> slots_of(const AdamOptions& options) {
  std::vector<Slot> slots{{"momentum"}, {"velocity"}};
  if (options.amsgrad) slots.push_back({.name = "velocity_hat", .group = 1});
  return slots;
}
}  // namespace

Adam::Adam(cornu::detail::NoOptions) : Adam() {}
Adam::Adam(AdamOptions options) : Adam("Adam", "adam", std::move(options)) {}

Adam::Adam(std::string_view class_name, std::string_view default_name, AdamOptions options)
    : ElementwiseOptimizer(class_name, default_name, common_options(options), slots_of(options)),
      beta_1_(options.beta_1),
      beta_2_(options.beta_2),
      epsilon_(options.epsilon),
      amsgrad_(options.amsgrad) {
  require_option(class_name, "beta_1", beta_1_ >= 0 && beta_1_ < 1, beta_1_, "0 or more, below 1");
  require_option(class_name, "beta_2", beta_2_ >= 0 && beta_2_ < 1, beta_2_, "0 or more, below 1");
  require_option(class_name, "epsilon", epsilon_ >= 0, epsilon_, "0 or more");
}

double Adam::alpha(const Step& step, double beta_1, double beta_2) {
  const double t = static_cast<double>(step.number);
  return step.learning_rate * std::sqrt(1 - std::pow(beta_2, t)) / (1 - std::pow(beta_1, t));
}

void Adam::begin(const Step& step) { alpha_ = alpha(step, beta_1_, beta_2_); }

std::shared_ptr<const DeferredRule> Adam::deferred_rule(DType dtype) const {
  const auto size = [beta_1 = beta_1_, beta_2 = beta_2_](const Step& step) { return alpha(step, beta_1, beta_2); };
  return deferred_moments({beta_1_, beta_2_, epsilon_, amsgrad_, false, size}, dtype);
}

template <class T>
void Adam::update_elements(const Elements<T>& e) const {
  const kernels::AdamRule<T> rule{static_cast<T>(alpha_), static_cast<T>(1 - beta_1_), static_cast<T>(1 - beta_2_),
                                  static_cast<T>(epsilon_)};
  kernels::table<kernels::OptimizerKernels<T>>().adam(rule, e.gradient, run_of(e), e.value, e.slots[0], e.slots[1],
                                                      amsgrad_ ? e.slots[2] : nullptr);
}

template void Adam::update_elements(const Elements<float>&) const;
template void Adam::update_elements(const Elements<double>&) const;

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& beta_1, auto& beta_2, auto& epsilon, auto& amsgrad) {
  option("beta_1", beta_1);
  option("beta_2", beta_2);
  option("epsilon", epsilon);
  option("amsgrad", amsgrad);
};

}  // namespace

Config Adam::get_config() const {
  return write_options(Optimizer::get_config(), each_option, beta_1_, beta_2_, epsilon_, amsgrad_);
}

std::shared_ptr<Adam> Adam::from_config(const ConfigView& config) {
  auto options = with_common_options<AdamOptions>(config);
  read_options(config, each_option, options.beta_1, options.beta_2, options.epsilon, options.amsgrad);
  return std::make_shared<Adam>(std::move(options));
}

}  // namespace cornu::optim
