#include <cornu/optim/schedules/polynomial_decay.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include <cornu/framework/rule/require_option.hpp>
#include <cornu/optim/schedules/object.hpp>

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

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& initial_learning_rate, auto& decay_steps, auto& options) {
  option.required("initial_learning_rate", initial_learning_rate);
  option.required("decay_steps", decay_steps);
  option("end_learning_rate", options.end_learning_rate);
  option("power", options.power);
  option("cycle", options.cycle);
  option("name", options.name);
};

}  // namespace

Config PolynomialDecay::to_config() const {
  return schedule_object("PolynomialDecay", each_option, initial_learning_rate_,
                         Steps{static_cast<std::int64_t>(decay_steps_)}, options_);
}

std::shared_ptr<PolynomialDecay> PolynomialDecay::from_config(const ConfigView& config) {
  double initial_learning_rate = 0;
  Steps decay_steps;
  PolynomialDecayOptions options;
  read_options(config, each_option, initial_learning_rate, decay_steps, options);
  return std::make_shared<PolynomialDecay>(initial_learning_rate, decay_steps.count, std::move(options));
}

}  // namespace cornu::optim::schedules
