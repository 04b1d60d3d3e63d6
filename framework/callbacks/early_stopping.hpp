#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/base/shared.hpp>
#include <cornu/framework/model/callback.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::callbacks {

/// Fields in the order of Keras's EarlyStopping.
struct EarlyStoppingOptions {
  std::string monitor = "val_loss";
  double min_delta = 0;                 ///< an improvement is a change by more than that; its sign does not matter
  std::int64_t patience = 0;            ///< stop after so many epochs without an improvement
  int verbose = 0;                      ///< 1: say at which epoch it stopped, and which weights are put back
  std::string mode = "auto";            ///< "min", "max", or as the metric says
  std::optional<double> baseline = {};  ///< epochs that are not better than this count as none, too
  bool restore_best_weights = false;    ///< when training ends, whether it was stopped or not
  std::int64_t start_from_epoch = 0;    ///< epochs before this one, counted from 0, are not looked at
};

/// Stops the training when a figure no longer improves.
///
///     const callbacks::EarlyStopping early({.patience = 3, .restore_best_weights = true});
///     model.fit(x, y, {.epochs = 100, .callbacks = {early}, .validation_split = 0.2});
///     fmt::print("stopped at {}, the best epoch was {}\n", early.stopped_epoch(), early.best_epoch());
///
/// As Keras: the first value that is looked at is an improvement, and the first epoch of all never stops. With a
/// baseline that no epoch reaches, training stops after `patience` epochs, but not in an epoch that is the best so far;
/// the best weights are those of the best epoch all the same. An epoch without the figure does not count; if that is
/// the first one, it is said. Unlike Keras, where a NaN in the first epoch is the best value for ever, a NaN is never
/// the best; if there is no other value, the weights stay as they are.
///
/// A backup holds what it has learnt, the best weights too: a training that BackupAndRestore continues stops where it
/// would have stopped. Throws ValueError for an unknown mode, a negative patience or start_from_epoch, a min_delta that
/// is not finite or a baseline that is NaN, and, as training begins, for a monitor of which it is not known whether
/// more is better.
class EarlyStopping final : public Callback<EarlyStopping> {
 public:
  explicit EarlyStopping(EarlyStoppingOptions options = {});
  /// `EarlyStopping({})`: the defaults.
  explicit EarlyStopping(cornu::detail::NoOptions);

  void on_train_begin(const Logs& logs) override;
  void on_epoch_end(std::int64_t epoch, const Logs& logs) override;
  void on_train_end(const Logs& logs) override;
  std::vector<Tensor> state() const override;
  void set_state(const std::vector<Tensor>& state) override;

  /// The epoch, counted from 0, in which it stopped the training; 0 when it did not.
  std::int64_t stopped_epoch() const;
  /// The epoch, counted from 0, of the best value; 0 while there is none.
  std::int64_t best_epoch() const;
  std::optional<double> best() const;
  /// Epochs since the last improvement.
  std::int64_t wait() const;

 private:
  struct State;
  void check() const;
  bool is_better_than_baseline(double value) const;

  EarlyStoppingOptions options_;
  cornu::detail::Shared<State> state_;
};

}  // namespace cornu::callbacks
CORNU_EXPORT_END
