#include <cornu/framework/callbacks/learning_rate_scheduler.hpp>

#include <fmt/core.h>

#include <cmath>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/callbacks/learning_rate.hpp>
#include <cornu/framework/callbacks/python_text.hpp>
#include <cornu/framework/optimizer/optimizer.hpp>

namespace cornu::callbacks {

namespace {
constexpr const char* name = "LearningRateScheduler";
}

LearningRateScheduler::LearningRateScheduler(Schedule schedule, LearningRateSchedulerOptions options)
    : schedule_(std::move(schedule)), options_(options) {
  if (!schedule_) throw ValueError(name, "the schedule is empty; expected a function of the epoch and the rate");
}

void LearningRateScheduler::on_train_begin(const Logs&) { detail::require_no_schedule(name, model()); }

void LearningRateScheduler::on_epoch_begin(std::int64_t epoch, const Logs&) {
  optim::Optimizer& optimizer = model().optimizer();
  const double rate = schedule_(epoch, optimizer.learning_rate());
  if (!std::isfinite(static_cast<float>(rate)) || rate < 0)
    throw ValueError(name, fmt::format("the schedule gives no learning rate for epoch {}; got {}; expected a finite "
                                       "number from 0 on",
                                       epoch, rate));
  optimizer.set_learning_rate(rate);
  if (options_.verbose > 0)
    log(fmt::format("Epoch {}: LearningRateScheduler setting learning rate to {}.\n", epoch + 1,
                    detail::python_text(rate)));
}

void LearningRateScheduler::add_figures(std::int64_t, Logs& logs) { detail::add_learning_rate(model(), logs); }

}  // namespace cornu::callbacks
