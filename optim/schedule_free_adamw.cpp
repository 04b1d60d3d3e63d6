#include <cornu/optim/schedule_free_adamw.hpp>

#include <algorithm>
#include <cmath>

#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/optimizer/each_common_option.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/optim/deferred/rules.hpp>

namespace cornu::optim {

ScheduleFreeAdamW::ScheduleFreeAdamW(cornu::detail::NoOptions) : ScheduleFreeAdamW() {}
ScheduleFreeAdamW::ScheduleFreeAdamW(ScheduleFreeAdamWOptions options)
    : ElementwiseOptimizer("ScheduleFreeAdamW", "schedule_free_adam_w", common_options(options),
                           {{.name = "momentum", .starts_as_value = true}, {"velocity"}}),
      beta_1_(options.beta_1),
      beta_2_(options.beta_2),
      epsilon_(options.epsilon),
      warmup_steps_(static_cast<double>(options.warmup_steps)) {
  require_option("ScheduleFreeAdamW", "beta_1", beta_1_ >= 0 && beta_1_ <= 1, beta_1_, "0 … 1");
  require_option("ScheduleFreeAdamW", "beta_2", beta_2_ >= 0 && beta_2_ < 1, beta_2_, "0 or more, below 1");
  require_not_negative("ScheduleFreeAdamW", "epsilon", epsilon_);
  require_not_negative("ScheduleFreeAdamW", "warmup_steps", warmup_steps_);
}

void ScheduleFreeAdamW::begin(const Step& step) {
  const double t = static_cast<double>(step.number);
  rate_ = step.learning_rate * (t < warmup_steps_ ? t / warmup_steps_ : 1);
  square_scale_ = 1 / (1 - std::pow(beta_2_, t));
  weight_ = 1 / t;
}

std::shared_ptr<const DeferredRule> ScheduleFreeAdamW::deferred_rule(DType) const {
  return epsilon_ > 0 ? deferred_towards_average(beta_2_) : nullptr;
}

template <class T>
void ScheduleFreeAdamW::update_elements(const Elements<T>& e) const {
  const kernels::ScheduleFreeRule<T> rule{
      static_cast<T>(rate_),    static_cast<T>(1 - beta_2_), static_cast<T>(square_scale_),
      static_cast<T>(epsilon_), static_cast<T>(weight_),     static_cast<T>(1 - beta_1_ + beta_1_ * weight_)};
  kernels::table<kernels::MomentKernels<T>>().schedule_free(rule, e.gradient, run_of(e), e.value, e.slots[0],
                                                            e.slots[1]);
}

template void ScheduleFreeAdamW::update_elements(const Elements<float>&) const;
template void ScheduleFreeAdamW::update_elements(const Elements<double>&) const;

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& beta_1, auto& beta_2, auto& epsilon, auto& warmup_steps) {
  option("beta_1", beta_1);
  option("beta_2", beta_2);
  option("epsilon", epsilon);
  option("warmup_steps", warmup_steps);
};

}  // namespace

Config ScheduleFreeAdamW::get_config() const {
  return write_options(Optimizer::get_config(), each_option, beta_1_, beta_2_, epsilon_,
                       static_cast<std::int64_t>(warmup_steps_));
}

std::shared_ptr<ScheduleFreeAdamW> ScheduleFreeAdamW::from_config(const ConfigView& config) {
  auto options = with_common_options<ScheduleFreeAdamWOptions>(config);
  read_options(config, each_option, options.beta_1, options.beta_2, options.epsilon, options.warmup_steps);
  return std::make_shared<ScheduleFreeAdamW>(std::move(options));
}

}  // namespace cornu::optim
