#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/file_name.hpp>
#include <cornu/framework/base/shared.hpp>
#include <cornu/framework/model/callback.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::callbacks {

/// Fields in the order of Keras's BackupAndRestore.
struct BackupAndRestoreOptions {
  std::int64_t save_freq = 1;     ///< back up after each so many epochs
  bool delete_checkpoint = true;  ///< when the training is complete
};

/// Lets a training that was killed go on: backs the model up into a folder after each epoch, and fit() begins where the
/// backup that is found there ends. The same call of fit() gives the same bits with and without an interruption:
/// weights, the optimizer's state, random state (dropout and shuffling) and the states of layers are in the backup.
///
///     model.fit(x, y, {.epochs = 100, .callbacks = {callbacks::BackupAndRestore("backup")}});
///
/// What the other callbacks in the list have learnt is in it too, wherever they stand in the list: counters and best
/// values, the best weights of EarlyStopping, and where a CSVLogger's file was. They are told apart by their classes,
/// several of one class by their order. A callback of yours is in it if it has a state() and a set_state().
///
/// The history holds the epochs of this process. The folder is made. A backup is written whole or not at all: whenever
/// the process is killed, at most the epochs since the last one are lost, never a file. An epoch that Ctrl-C cuts short
/// is not backed up, and the backup stays, so that the same call goes on from there; it is removed once the last epoch
/// has ended, or a callback has stopped the training. Throws ValueError for an empty
/// path or a save_freq below 1, FileError, as training begins, for a backup that is damaged, of another model or of
/// callbacks with other options, and when the folder cannot be written.
class BackupAndRestore final : public Callback<BackupAndRestore> {
 public:
  explicit BackupAndRestore(cornu::detail::FileName backup_dir, BackupAndRestoreOptions options = {});

  void on_train_begin(const Logs& logs) override;
  void on_train_end(const Logs& logs) override;
  void restore_all(const std::vector<CallbackBase*>& all) override;
  void back_up_all(std::int64_t epoch, const std::vector<CallbackBase*>& all) override;

 private:
  std::string path() const;
  void restore(CallbackBase& callback, const std::string& name, const std::vector<Tensor>& state) const;

  std::string folder_;
  BackupAndRestoreOptions options_;
  std::int64_t next_epoch_ = 0;
  struct States;
  cornu::detail::Shared<States> of_callbacks_;  // from the file, until they have begun
};

}  // namespace cornu::callbacks
CORNU_EXPORT_END
