#include <cornu/optim/ftrl.hpp>

#include <cmath>

#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/optimizer/each_common_option.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/optim/deferred/rules.hpp>

namespace cornu::optim {

Ftrl::Ftrl(cornu::detail::NoOptions) : Ftrl() {}
Ftrl::Ftrl(FtrlOptions options)
    : ElementwiseOptimizer("Ftrl", "ftrl", common_options(options),
                           {{.name = "accumulator", .initial = options.initial_accumulator_value}, {"linear"}}),
      power_(-options.learning_rate_power),
      initial_accumulator_value_(options.initial_accumulator_value),
      l1_(options.l1_regularization_strength),
      l2_(options.l2_regularization_strength),
      l2_shrinkage_(options.l2_shrinkage_regularization_strength),
      beta_(options.beta) {
  require_option("Ftrl", "learning_rate_power", std::isfinite(power_) && power_ >= 0, options.learning_rate_power,
                 "0 or less");
  require_not_negative("Ftrl", "initial_accumulator_value", options.initial_accumulator_value);
  require_not_negative("Ftrl", "l1_regularization_strength", l1_);
  require_not_negative("Ftrl", "l2_regularization_strength", l2_);
  require_not_negative("Ftrl", "l2_shrinkage_regularization_strength", l2_shrinkage_);
  require_not_negative("Ftrl", "beta", beta_);
}

namespace {

// Without a gradient z and n stay, and the weight follows from them and from the last learning rate.
class DeferredFtrl final : public ElementwiseDeferredRule<DeferredFtrl> {
 public:
  DeferredFtrl(double power, double l1, double l2, double beta) : power_(power), l1_(l1), l2_(l2), beta_(beta) {}
  bool takes_listed_rows() const override { return true; }
  bool runs_on_threads() const override { return true; }
  bool covers(const Step& step) const override { return step.learning_rate > 0; }

  template <class T>
  void apply_elements(const MissedUpdates& missed, const Elements<T>& e) const {
    const kernels::FtrlRule<T> rule{static_cast<T>(missed.learning_rate), static_cast<T>(power_), static_cast<T>(l1_),
                                    static_cast<T>(l2_ + beta_ / (2 * missed.learning_rate)), T(0)};
    kernels::table<kernels::AccumulatorKernels<T>>().ftrl(rule, nullptr, run_of(e), e.value, e.slots[0], e.slots[1]);
  }

 private:
  double power_, l1_, l2_, beta_;
};

}  // namespace

std::shared_ptr<const DeferredRule> Ftrl::deferred_rule(DType) const {
  if (l2_shrinkage_ != 0) return nullptr;
  return std::make_shared<DeferredFtrl>(power_, l1_, l2_, beta_);
}

template <class T>
void Ftrl::update_elements(const Elements<T>& e) const {
  if (learning_rate_ == 0) return;
  const kernels::FtrlRule<T> rule{static_cast<T>(learning_rate_), static_cast<T>(power_), static_cast<T>(l1_),
                                  static_cast<T>(l2_ + beta_ / (2 * learning_rate_)),
                                  static_cast<T>(2 * l2_shrinkage_)};
  kernels::table<kernels::AccumulatorKernels<T>>().ftrl(rule, e.gradient, run_of(e), e.value, e.slots[0], e.slots[1]);
}

template void Ftrl::update_elements(const Elements<float>&) const;
template void Ftrl::update_elements(const Elements<double>&) const;

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& learning_rate_power, auto& initial_accumulator_value,
                                auto& l1_regularization_strength, auto& l2_regularization_strength,
                                auto& l2_shrinkage_regularization_strength, auto& beta) {
  option("learning_rate_power", learning_rate_power);
  option("initial_accumulator_value", initial_accumulator_value);
  option("l1_regularization_strength", l1_regularization_strength);
  option("l2_regularization_strength", l2_regularization_strength);
  option("l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength);
  option("beta", beta);
};

}  // namespace

Config Ftrl::get_config() const {
  return write_options(Optimizer::get_config(), each_option, -power_, initial_accumulator_value_, l1_, l2_,
                       l2_shrinkage_, beta_);
}

std::shared_ptr<Ftrl> Ftrl::from_config(const ConfigView& config) {
  auto options = with_common_options<FtrlOptions>(config);
  read_options(config, each_option, options.learning_rate_power, options.initial_accumulator_value,
               options.l1_regularization_strength, options.l2_regularization_strength,
               options.l2_shrinkage_regularization_strength, options.beta);
  return std::make_shared<Ftrl>(std::move(options));
}

}  // namespace cornu::optim
