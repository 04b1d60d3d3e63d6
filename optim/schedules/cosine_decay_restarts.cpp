#include <cornu/optim/schedules/cosine_decay_restarts.hpp>

#include <cmath>
#include <numbers>
#include <utility>

#include <cornu/framework/rule/require_option.hpp>
#include <cornu/optim/schedules/object.hpp>

namespace cornu::optim::schedules {

CosineDecayRestarts::CosineDecayRestarts(double initial_learning_rate, std::int64_t first_decay_steps,
                                         CosineDecayRestartsOptions options)
    : LearningRateSchedule(options.name),
      initial_learning_rate_(initial_learning_rate),
      first_decay_steps_(static_cast<double>(first_decay_steps)),
      options_(std::move(options)) {
  require_not_negative("CosineDecayRestarts", "initial_learning_rate", initial_learning_rate);
  require_option("CosineDecayRestarts", "first_decay_steps", first_decay_steps > 0, first_decay_steps_, "1 or more");
  require_option("CosineDecayRestarts", "t_mul", std::isfinite(options_.t_mul) && options_.t_mul >= 1, options_.t_mul,
                 "1 or more");
  require_not_negative("CosineDecayRestarts", "m_mul", options_.m_mul);
  require_not_negative("CosineDecayRestarts", "alpha", options_.alpha);
}

// Wave i starts at (t^i − 1) / (t − 1) and is t^i long, in units of the first wave. The logarithm may be off by one
// where two waves meet.
CosineDecayRestarts::Place CosineDecayRestarts::place_of(double waves) const {
  const double t = options_.t_mul;
  if (t == 1) return {std::floor(waves), waves - std::floor(waves)};
  const auto start_of = [t](double i) { return (std::pow(t, i) - 1) / (t - 1); };
  double i = std::floor(std::log(1 + waves * (t - 1)) / std::log(t));
  if (start_of(i) > waves) --i;
  if (start_of(i + 1) <= waves) ++i;
  return {i, (waves - start_of(i)) / std::pow(t, i)};
}

double CosineDecayRestarts::operator()(std::int64_t step) const {
  const Place place = place_of(static_cast<double>(step) / first_decay_steps_);
  const double wave = 0.5 * std::pow(options_.m_mul, place.wave) * (1 + std::cos(std::numbers::pi * place.fraction));
  return initial_learning_rate_ * (options_.alpha + (1 - options_.alpha) * wave);
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& initial_learning_rate, auto& first_decay_steps, auto& options) {
  option.required("initial_learning_rate", initial_learning_rate);
  option.required("first_decay_steps", first_decay_steps);
  option("t_mul", options.t_mul);
  option("m_mul", options.m_mul);
  option("alpha", options.alpha);
  option("name", options.name);
};

}  // namespace

Config CosineDecayRestarts::to_config() const {
  return schedule_object("CosineDecayRestarts", each_option, initial_learning_rate_,
                         Steps{static_cast<std::int64_t>(first_decay_steps_)}, options_);
}

std::shared_ptr<CosineDecayRestarts> CosineDecayRestarts::from_config(const ConfigView& config) {
  double initial_learning_rate = 0;
  Steps first_decay_steps;
  CosineDecayRestartsOptions options;
  read_options(config, each_option, initial_learning_rate, first_decay_steps, options);
  return std::make_shared<CosineDecayRestarts>(initial_learning_rate, first_decay_steps.count, std::move(options));
}

}  // namespace cornu::optim::schedules
