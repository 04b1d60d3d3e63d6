#include <cornu/framework/callbacks/backup_and_restore.hpp>

#include <fmt/core.h>

#include <filesystem>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/saving/checkpoint.hpp>

namespace cornu::callbacks {

namespace {
constexpr const char* file_name = "latest.keras";
}

BackupAndRestore::BackupAndRestore(std::string backup_dir, BackupAndRestoreOptions options)
    : folder_(std::move(backup_dir)), options_(options) {
  if (folder_.empty()) throw ValueError("BackupAndRestore", "backup_dir is empty; expected a folder");
  if (folder_.find('\0') != std::string::npos)
    throw ValueError("BackupAndRestore", "backup_dir has a NUL; expected a name without");
  if (options_.save_freq < 1)
    throw ValueError("BackupAndRestore", fmt::format("save_freq must be 1 or more epochs; got {}", options_.save_freq));
}

std::string BackupAndRestore::path() const { return (std::filesystem::path(folder_) / file_name).string(); }

void BackupAndRestore::on_train_begin(const Logs&) {
  std::error_code failed;
  std::filesystem::create_directories(folder_, failed);
  if (failed)
    throw FileError("BackupAndRestore",
                    fmt::format("the folder cannot be made; got '{}': {}", folder_, failed.message()));
  if (std::filesystem::exists(path(), failed))
    model().begin_with_epoch(cornu::detail::read_checkpoint(model(), path()));
}

void BackupAndRestore::on_epoch_end(std::int64_t epoch, const Logs&) {
  if ((epoch + 1) % options_.save_freq == 0) cornu::detail::write_checkpoint(model(), path(), epoch + 1);
}

void BackupAndRestore::on_train_end(const Logs&) {
  std::error_code ignored;
  if (options_.delete_checkpoint) std::filesystem::remove(path(), ignored);
}

}  // namespace cornu::callbacks
