#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/model/callback.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::callbacks {

/// Fields in the order of Keras's BackupAndRestore.
struct BackupAndRestoreOptions {
  std::int64_t save_freq = 1;     ///< back up after each so many epochs
  bool delete_checkpoint = true;  ///< when fit() has come to its end
};

/// Lets a training that was killed go on: backs the model up into a folder after each epoch, and fit() begins where the
/// backup that is found there ends. The same call of fit() gives the same bits with and without an interruption:
/// weights, the optimizer's state, random state (dropout and shuffling) and the states of layers are in the backup.
///
///     model.fit(x, y, {.epochs = 100, .callbacks = {callbacks::BackupAndRestore("backup")}});
///
/// The history holds the epochs of this process. The folder is made. A backup is written whole or not at all: whenever
/// the process is killed, at most the epochs since the last one are lost, never a file. Throws ValueError for an empty
/// path or a save_freq below 1, FileError, as training begins, for a backup that is damaged or of another model, and
/// when the folder cannot be written.
class BackupAndRestore final : public Callback<BackupAndRestore> {
 public:
  explicit BackupAndRestore(std::string backup_dir, BackupAndRestoreOptions options = {});

  void on_train_begin(const Logs& logs) override;
  void on_epoch_end(std::int64_t epoch, const Logs& logs) override;
  void on_train_end(const Logs& logs) override;

 private:
  std::string path() const;

  std::string folder_;
  BackupAndRestoreOptions options_;
};

}  // namespace cornu::callbacks
CORNU_EXPORT_END
