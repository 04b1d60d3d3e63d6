#include <cornu/optim/schedules/polynomial_decay.hpp>

#include <algorithm>
#include <cmath>

#include <cornu/framework/rule/require_option.hpp>

namespace cornu::optim::schedules {

PolynomialDecay::PolynomialDecay(double initial_learning_rate, std::int64_t decay_steps, PolynomialDecayOptions options)
    : LearningRateSchedule(options.name),
      initial_learning_rate_(initial_learning_rate),
      decay_steps_(static_cast<double>(decay_steps)),
      options_(std::move(options)) {
  require_not_negative("PolynomialDecay", "initial_learning_rate", initial_learning_rate);
  require_option("PolynomialDecay", "decay_steps", decay_steps > 0, decay_steps_, "1 or more");
  require_not_negative("PolynomialDecay", "end_learning_rate", options_.end_learning_rate);
  require_not_negative("PolynomialDecay", "power", options_.power);
}

double PolynomialDecay::operator()(std::int64_t step) const {
  double done = static_cast<double>(step), all = decay_steps_;
  if (options_.cycle)
    all *= std::max(1., std::ceil(done / decay_steps_));
  else
    done = std::min(done, decay_steps_);
  const double range = initial_learning_rate_ - options_.end_learning_rate;
  return range * std::pow(1 - done / all, options_.power) + options_.end_learning_rate;
}

}  // namespace cornu::optim::schedules
