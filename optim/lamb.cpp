#include <cornu/optim/lamb.hpp>

#include <cmath>

#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/optimizer/each_common_option.hpp>

namespace cornu::optim {

Lamb::Lamb(cornu::detail::NoOptions) : Lamb() {}
Lamb::Lamb(LambOptions options)
    : WholeVariableOptimizer("Lamb", "lamb", common_options(options), {{"momentum"}, {"velocity"}}),
      beta_1_(options.beta_1),
      beta_2_(options.beta_2),
      epsilon_(options.epsilon) {
  require_option("Lamb", "beta_1", beta_1_ >= 0 && beta_1_ < 1, beta_1_, "0 or more, below 1");
  require_option("Lamb", "beta_2", beta_2_ >= 0 && beta_2_ < 1, beta_2_, "0 or more, below 1");
  require_not_negative("Lamb", "epsilon", epsilon_);
}

void Lamb::begin(const Step& step) {
  const double t = static_cast<double>(step.number);
  learning_rate_ = step.learning_rate;
  mean_scale_ = 1 / (1 - std::pow(beta_1_, t));
  square_scale_ = 1 / (1 - std::pow(beta_2_, t));
}

template <class T>
void Lamb::update_variable(const Elements<T>& e) const {
  const auto& kernels = kernels::table<kernels::MomentKernels<T>>();
  const kernels::LambRule<T> rule{static_cast<T>(mean_scale_), static_cast<T>(square_scale_),
                                  static_cast<T>(1 - beta_1_), static_cast<T>(1 - beta_2_), static_cast<T>(epsilon_)};
  double squares_of_w = 0, squares_of_u = 0;
  kernels.lamb_moments(rule, e.gradient, e.count(), e.value, e.slots[0], e.slots[1], squares_of_w, squares_of_u);
  const double ratio = squares_of_w > 0 && squares_of_u > 0 ? std::sqrt(squares_of_w / squares_of_u) : 1;
  kernels.lamb_step(rule, static_cast<T>(ratio * learning_rate_), e.count(), e.value, e.slots[0], e.slots[1]);
}

template void Lamb::update_variable(const Elements<float>&) const;
template void Lamb::update_variable(const Elements<double>&) const;

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& beta_1, auto& beta_2, auto& epsilon) {
  option("beta_1", beta_1);
  option("beta_2", beta_2);
  option("epsilon", epsilon);
};

}  // namespace

Config Lamb::get_config() const {
  return write_options(Optimizer::get_config(), each_option, beta_1_, beta_2_, epsilon_);
}

std::shared_ptr<Lamb> Lamb::from_config(const ConfigView& config) {
  auto options = with_common_options<LambOptions>(config);
  read_options(config, each_option, options.beta_1, options.beta_2, options.epsilon);
  return std::make_shared<Lamb>(std::move(options));
}

}  // namespace cornu::optim
