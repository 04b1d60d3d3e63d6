#include <cornu/framework/callbacks/backup_and_restore.hpp>

#include <fmt/core.h>

#include <filesystem>
#include <map>
#include <typeinfo>
#include <utility>

#include <cornu/framework/base/class_name.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/saving/checkpoint.hpp>

namespace cornu::callbacks {

namespace {

constexpr const char* file_name = "latest.keras";

using Named = std::map<std::string, CallbackBase*>;

// The class of each, the second one of a class with "_1", and so on.
Named named(const std::vector<CallbackBase*>& all) {
  Named names;
  std::map<std::string, int> counts;
  for (CallbackBase* const callback : all) {
    const std::string name = cornu::detail::class_name_of(typeid(*callback));
    const int count = counts[name]++;
    names.emplace(count == 0 ? name : fmt::format("{}_{}", name, count), callback);
  }
  return names;
}

}  // namespace

struct BackupAndRestore::States {
  std::map<std::string, std::vector<Tensor>> by_name;
};

BackupAndRestore::BackupAndRestore(cornu::detail::FileName backup_dir, BackupAndRestoreOptions options)
    : folder_(std::move(backup_dir.text)), options_(options) {
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
  of_callbacks_.reset();
  next_epoch_ = 0;
  if (!std::filesystem::exists(path(), failed)) return;
  cornu::detail::TrainingState state = cornu::detail::read_checkpoint(model(), path());
  next_epoch_ = state.next_epoch;
  model().begin_with_epoch(next_epoch_);
  if (state.is_stopped) stop_training();
  of_callbacks_ = cornu::detail::Shared<States>::make(States{std::move(state.callbacks)});
}

void BackupAndRestore::restore_all(const std::vector<CallbackBase*>& all) {
  if (!of_callbacks_) return;
  const Named callbacks = named(all);
  for (const auto& [name, state] : of_callbacks_->by_name) {
    const auto found = callbacks.find(name);
    if (found == callbacks.end())
      log(fmt::format("BackupAndRestore: there is no callback {} as in the backup; what it learnt is left out\n",
                      name));
    else
      restore(*found->second, name, state);
  }
  of_callbacks_.reset();
}

void BackupAndRestore::restore(CallbackBase& callback, const std::string& name,
                               const std::vector<Tensor>& state) const {
  try {
    callback.set_state(state);
  } catch (const ValueError& error) {
    throw FileError("BackupAndRestore",
                    fmt::format("'{}' has no state of the callback {}; remove the file to begin anew: {}", path(), name,
                                error.what()));
  }
}

void BackupAndRestore::back_up_all(std::int64_t epoch, const std::vector<CallbackBase*>& all) {
  next_epoch_ = epoch + 1;
  if (next_epoch_ % options_.save_freq != 0) return;
  cornu::detail::TrainingState state{.next_epoch = next_epoch_, .is_stopped = model().is_stopped()};
  for (const auto& [name, callback] : named(all))
    if (auto learnt = callback->state(); !learnt.empty()) state.callbacks.emplace(name, std::move(learnt));
  cornu::detail::write_checkpoint(model(), path(), state);
}

void BackupAndRestore::on_train_end(const Logs&) {
  std::error_code ignored;
  const bool is_complete = next_epoch_ >= params().epochs || model().is_stopped();
  if (options_.delete_checkpoint && is_complete) std::filesystem::remove(path(), ignored);
}

}  // namespace cornu::callbacks
