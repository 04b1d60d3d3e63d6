#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/file_name.hpp>
#include <cornu/framework/base/shared.hpp>
#include <cornu/framework/model/callback.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::callbacks {

/// Fields in the order of Keras's ModelCheckpoint.
struct ModelCheckpointOptions {
  std::string monitor = "val_loss";
  int verbose = 0;  ///< 1: a line for each file
  bool save_best_only = false;
  bool save_weights_only = false;
  std::string mode = "auto";                           ///< "min", "max", or as the metric says
  std::optional<std::int64_t> save_freq = {};          ///< after so many batches; after each epoch unless given
  std::optional<double> initial_value_threshold = {};  ///< with save_best_only: to be improved upon
};

/// Saves the model while it is trained. The path may hold figures as Python's format does,
/// "model_{epoch:02d}_{val_loss:.2f} .keras"; epochs and batches count from 1 there. A file is written whole or not at
/// all, so that a process that is killed leaves the file before. The model can be loaded and trained on exactly.
///
///     model.fit(x, y, {.epochs = 9, .callbacks = {callbacks::ModelCheckpoint("best.keras", {.save_best_only =
///     true})}});
///
/// With save_best_only only improvements of `monitor` are saved: a NaN is none, nor is an equal value. A figure that is
/// not among the logs is said once, and nothing is saved; Keras then saves every epoch. Throws ValueError for a path
/// that ends otherwise than ".keras" (".weights.h5" with save_weights_only), an unknown mode, and, as training begins,
/// for a monitor of which it is not known whether more is better; FileError when a file cannot be written.
class ModelCheckpoint final : public Callback<ModelCheckpoint> {
 public:
  explicit ModelCheckpoint(cornu::detail::FileName filepath, ModelCheckpointOptions options = {});

  void on_train_begin(const Logs& logs) override;
  void on_epoch_begin(std::int64_t epoch, const Logs& logs) override;
  void on_epoch_end(std::int64_t epoch, const Logs& logs) override;
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override;

  std::vector<Tensor> state() const override;
  void set_state(const std::vector<Tensor>& state) override;

  /// The best value of the monitor so far.
  std::optional<double> best() const;

 private:
  struct State;
  void save(std::int64_t epoch, std::optional<std::int64_t> batch, const Logs& logs);
  bool is_wanted(const Logs& logs);

  std::string filepath_;
  ModelCheckpointOptions options_;
  cornu::detail::Shared<State> state_;
};

}  // namespace cornu::callbacks
CORNU_EXPORT_END
