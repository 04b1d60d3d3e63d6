#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/base/shared.hpp>
#include <cornu/framework/model/callback.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::callbacks {

/// Fields in the order of Keras's ReduceLROnPlateau.
struct ReduceLROnPlateauOptions {
  std::string monitor = "val_loss";
  double factor = 0.1;         ///< the new rate is the old one times that, from 0 up to, but not including, 1
  std::int64_t patience = 10;  ///< reduce after so many epochs without an improvement
  int verbose = 0;             ///< 1: a line for each reduction
  std::string mode = "auto";   ///< "min", "max", or as the metric says
  double min_delta = 1e-4;     ///< an improvement is a change by more than that; its sign does not matter
  std::int64_t cooldown = 0;   ///< after a reduction, so many epochs do not count
  double min_lr = 0;           ///< the rate is never made less than that
};

/// Reduces the learning rate when a figure no longer improves.
///
///     model.fit(x, y, {.callbacks = {callbacks::ReduceLROnPlateau({.factor = 0.5, .patience = 2})}, …});
///
/// Adds "learning_rate" to the figures of each epoch: the rate that the epoch was trained with. Keras has the reduced
/// rate there when a LearningRateScheduler follows in the list. Unlike Keras, where a NaN in the first epoch is the
/// best value for ever, a NaN is never the best. An epoch without the figure does not count; if that is the first one,
/// it is said.
///
/// A backup holds what it has learnt. Throws ValueError for an unknown mode, a factor outside of [0, 1), a negative
/// patience, cooldown or min_lr and a min_delta that is not finite; as training begins, ValueError for a monitor of
/// which it is not known whether more is better, and StateError when the optimizer has a schedule.
class ReduceLROnPlateau final : public Callback<ReduceLROnPlateau> {
 public:
  explicit ReduceLROnPlateau(ReduceLROnPlateauOptions options = {});
  /// `ReduceLROnPlateau({})`: the defaults.
  explicit ReduceLROnPlateau(cornu::detail::NoOptions);

  void on_train_begin(const Logs& logs) override;
  void on_epoch_end(std::int64_t epoch, const Logs& logs) override;
  void add_figures(std::int64_t epoch, Logs& logs) override;
  std::vector<Tensor> state() const override;
  void set_state(const std::vector<Tensor>& state) override;

  /// Epochs since the last improvement or reduction.
  std::int64_t wait() const;
  /// Epochs to come that do not count.
  std::int64_t cooldown_counter() const;

 private:
  struct State;
  void check() const;
  void count(std::int64_t epoch, double value);
  bool reduce(std::int64_t epoch) const;

  ReduceLROnPlateauOptions options_;
  cornu::detail::Shared<State> state_;
};

}  // namespace cornu::callbacks
CORNU_EXPORT_END
