#include <cornu/framework/rule/learning_rate.hpp>

#include <fmt/core.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/registry/register_class.hpp>

namespace cornu::optim {

namespace {
bool is_rate(double value) { return std::isfinite(static_cast<float>(value)) && value >= 0; }
}  // namespace

LearningRate::LearningRate(double value) : value_(static_cast<float>(value)) {
  if (!is_rate(value))
    throw ValueError("LearningRate",
                     fmt::format("not a learning rate; got {}; expected a finite number from 0 on", value));
}

double LearningRate::at(std::int64_t step) const {
  if (!schedule_) return value_;
  const double value = (*schedule_)(step);
  if (!is_rate(value))
    throw ValueError("LearningRate",
                     fmt::format("{} gives no learning rate at step {}; got {}; expected a finite number from "
                                 "0 on",
                                 schedule_->name(), step, value));
  return static_cast<float>(value);
}

Config LearningRateSchedule::to_config() const { return registered_object(*this); }

void read_value(const ConfigView& view, LearningRate& value) {
  value = view.is_object() ? LearningRate(from_config<LearningRateSchedule>(view)) : LearningRate(view.as_double());
}

Config value_of(const LearningRate& value) {
  return value.is_scheduled() ? value.schedule()->to_config() : Config(value.at(0));
}

}  // namespace cornu::optim
