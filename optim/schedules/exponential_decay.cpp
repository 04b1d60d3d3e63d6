#include <cornu/optim/schedules/exponential_decay.hpp>

#include <cmath>
#include <utility>

#include <cornu/framework/rule/require_option.hpp>
#include <cornu/optim/schedules/object.hpp>

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

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& initial_learning_rate, auto& decay_steps, auto& decay_rate,
                                auto& options) {
  option.required("initial_learning_rate", initial_learning_rate);
  option.required("decay_steps", decay_steps);
  option.required("decay_rate", decay_rate);
  option("staircase", options.staircase);
  option("name", options.name);
};

}  // namespace

Config ExponentialDecay::to_config() const {
  const ExponentialDecayOptions options{.staircase = staircase_, .name = name()};
  return schedule_object("ExponentialDecay", each_option, initial_learning_rate_,
                         Steps{static_cast<std::int64_t>(decay_steps_)}, decay_rate_, options);
}

std::shared_ptr<ExponentialDecay> ExponentialDecay::from_config(const ConfigView& config) {
  double initial_learning_rate = 0;
  Steps decay_steps;
  double decay_rate = 0;
  ExponentialDecayOptions options;
  read_options(config, each_option, initial_learning_rate, decay_steps, decay_rate, options);
  return std::make_shared<ExponentialDecay>(initial_learning_rate, decay_steps.count, decay_rate, std::move(options));
}

}  // namespace cornu::optim::schedules
