#include <cornu/optim/adagrad.hpp>

#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/optimizer/each_common_option.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/optim/deferred/rules.hpp>

namespace cornu::optim {

Adagrad::Adagrad(cornu::detail::NoOptions) : Adagrad() {}
Adagrad::Adagrad(AdagradOptions options)
    : ElementwiseOptimizer("Adagrad", "adagrad", common_options(options),
                           {{.name = "accumulator", .initial = options.initial_accumulator_value}}),
      initial_accumulator_value_(options.initial_accumulator_value),
      epsilon_(options.epsilon),
      never_zero_(static_cast<float>(options.initial_accumulator_value) + static_cast<float>(options.epsilon) > 0) {
  require_not_negative("Adagrad", "initial_accumulator_value", options.initial_accumulator_value);
  require_not_negative("Adagrad", "epsilon", epsilon_);
}

std::shared_ptr<const DeferredRule> Adagrad::deferred_rule(DType) const {
  return never_zero_ ? deferred_fading({}) : nullptr;
}

template <class T>
void Adagrad::update_elements(const Elements<T>& e) const {
  const kernels::AdagradRule<T> rule{static_cast<T>(learning_rate_), static_cast<T>(epsilon_)};
  kernels::table<kernels::AccumulatorKernels<T>>().adagrad(rule, e.gradient, run_of(e), e.value, e.slots[0]);
}

template void Adagrad::update_elements(const Elements<float>&) const;
template void Adagrad::update_elements(const Elements<double>&) const;

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& initial_accumulator_value, auto& epsilon) {
  option("initial_accumulator_value", initial_accumulator_value);
  option("epsilon", epsilon);
};

}  // namespace

Config Adagrad::get_config() const {
  return write_options(Optimizer::get_config(), each_option, initial_accumulator_value_, epsilon_);
}

std::shared_ptr<Adagrad> Adagrad::from_config(const ConfigView& config) {
  auto options = with_common_options<AdagradOptions>(config);
  read_options(config, each_option, options.initial_accumulator_value, options.epsilon);
  return std::make_shared<Adagrad>(std::move(options));
}

}  // namespace cornu::optim
