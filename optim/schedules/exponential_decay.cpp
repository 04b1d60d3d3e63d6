#include <cornu/optim/schedules/exponential_decay.hpp>

#include <cmath>

#include <cornu/framework/rule/require_option.hpp>

namespace cornu::optim::schedules {

ExponentialDecay::ExponentialDecay(double initial_learning_rate, std::int64_t decay_steps, double decay_rate,
                                   ExponentialDecayOptions options)
    : LearningRateSchedule(std::move(options.name)),
      initial_learning_rate_(initial_learning_rate),
      decay_steps_(static_cast<double>(decay_steps)),
      decay_rate_(decay_rate),
      staircase_(options.staircase) {
  require_not_negative("ExponentialDecay", "initial_learning_rate", initial_learning_rate);
  require_option("ExponentialDecay", "decay_steps", decay_steps > 0, decay_steps_, "1 or more");
  require_not_negative("ExponentialDecay", "decay_rate", decay_rate);
}

double ExponentialDecay::operator()(std::int64_t step) const {
  const double decays = static_cast<double>(step) / decay_steps_;
  return initial_learning_rate_ * std::pow(decay_rate_, staircase_ ? std::floor(decays) : decays);
}

}  // namespace cornu::optim::schedules
