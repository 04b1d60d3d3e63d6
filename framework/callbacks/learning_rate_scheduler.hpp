#pragma once
#include <cstdint>

#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/model/callback.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::callbacks {

struct LearningRateSchedulerOptions {
  int verbose = 0;  ///< 1: a line for each epoch
};

/// Sets the learning rate of each epoch, as a function of the epoch, counted from 0, and of the rate before.
///
///     const auto halve = [](std::int64_t epoch, double rate) { return epoch % 10 == 9 ? rate / 2 : rate; };
///     model.fit(x, y, {.epochs = 50, .callbacks = {callbacks::LearningRateScheduler(halve)}});
///
/// For a rate that changes with each batch, give the optimizer a schedule (optim::LearningRateSchedule). Adds
/// "learning_rate" to the figures of each epoch: the rate that the epoch was trained with. Keras has the reduced rate
/// there when a ReduceLROnPlateau comes before it in the list.
///
/// Throws ValueError for an empty function; as training begins, StateError when the optimizer has a schedule; as an
/// epoch begins, ValueError for a rate that is not finite or is below 0.
class LearningRateScheduler final : public Callback<LearningRateScheduler> {
 public:
  using Schedule = Callable<double(std::int64_t epoch, double learning_rate)>;

  explicit LearningRateScheduler(Schedule schedule, LearningRateSchedulerOptions options = {});

  void on_train_begin(const Logs& logs) override;
  void on_epoch_begin(std::int64_t epoch, const Logs& logs) override;
  void add_figures(std::int64_t epoch, Logs& logs) override;

 private:
  Schedule schedule_;
  LearningRateSchedulerOptions options_;
};

}  // namespace cornu::callbacks
CORNU_EXPORT_END
