#include <cornu/optim/schedules/cosine_decay.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>

#include <cornu/framework/rule/require_option.hpp>

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
  if (!options_.warmup_target) options_.warmup_steps = 0;
}

double CosineDecay::operator()(std::int64_t step) const {
  const double target = options_.warmup_target.value_or(initial_learning_rate_);
  const double done = static_cast<double>(step), warmup = static_cast<double>(options_.warmup_steps);
  if (done < warmup) return initial_learning_rate_ + (target - initial_learning_rate_) * (done / warmup);
  const double fraction = std::min(1., (done - warmup) / decay_steps_);
  const double wave = 0.5 * (1 + std::cos(std::numbers::pi * fraction));
  return target * (options_.alpha + (1 - options_.alpha) * wave);
}

}  // namespace cornu::optim::schedules
