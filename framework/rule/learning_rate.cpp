#include <cornu/framework/rule/learning_rate.hpp>

#include <fmt/core.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>

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

}  // namespace cornu::optim
