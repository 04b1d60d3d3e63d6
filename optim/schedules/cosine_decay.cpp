#include <cornu/optim/schedules/cosine_decay.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include <cornu/framework/rule/require_option.hpp>
#include <cornu/optim/schedules/object.hpp>

namespace cornu::optim::schedules {

CosineDecay::CosineDecay(double initial_learning_rate, std::int64_t decay_steps, CosineDecayOptions options)
    : LearningRateSchedule(options.name),
      initial_learning_rate_(initial_learning_rate),
      decay_steps_(static_cast<double>(decay_steps)),
      options_(std::move(options)) {
  require_not_negative("CosineDecay", "initial_learning_rate", initial_learning_rate);
  require_option("CosineDecay", "decay_steps", decay_steps > 0, decay_steps_, "1 or more");
  require_not_negative("CosineDecay", "alpha", options_.alpha);
  require_not_negative("CosineDecay", "warmup_target", options_.warmup_target.value_or(0));
  require_not_negative("CosineDecay", "warmup_steps", static_cast<double>(options_.warmup_steps));
}

double CosineDecay::operator()(std::int64_t step) const {
  const double target = options_.warmup_target.value_or(initial_learning_rate_);
  const double done = static_cast<double>(step);
  const double warmup = options_.warmup_target ? static_cast<double>(options_.warmup_steps) : 0;
  if (done < warmup) return initial_learning_rate_ + (target - initial_learning_rate_) * (done / warmup);
  const double fraction = std::min(1., (done - warmup) / decay_steps_);
  const double wave = 0.5 * (1 + std::cos(std::numbers::pi * fraction));
  return target * (options_.alpha + (1 - options_.alpha) * wave);
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& initial_learning_rate, auto& decay_steps, auto& options) {
  option.required("initial_learning_rate", initial_learning_rate);
  option.required("decay_steps", decay_steps);
  option("alpha", options.alpha);
  option("name", options.name);
  option("warmup_target", options.warmup_target);
  option("warmup_steps", options.warmup_steps);
};

}  // namespace

Config CosineDecay::to_config() const {
  return schedule_object("CosineDecay", each_option, initial_learning_rate_,
                         Steps{static_cast<std::int64_t>(decay_steps_)}, options_);
}

std::shared_ptr<CosineDecay> CosineDecay::from_config(const ConfigView& config) {
  double initial_learning_rate = 0;
  Steps decay_steps;
  CosineDecayOptions options;
  read_options(config, each_option, initial_learning_rate, decay_steps, options);
  return std::make_shared<CosineDecay>(initial_learning_rate, decay_steps.count, std::move(options));
}

}  // namespace cornu::optim::schedules
