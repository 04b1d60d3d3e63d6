#include <cornu/framework/callbacks/model_checkpoint.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/callbacks/file_name.hpp>
#include <cornu/framework/callbacks/monitor.hpp>
#include <cornu/framework/callbacks/saved_state.hpp>
#include <cornu/framework/saving/checkpoint.hpp>

namespace cornu::callbacks {

// What copies share.
struct ModelCheckpoint::State {
  detail::Monitor monitor;
  std::int64_t epoch = 0, batches = 0;  // the epoch that runs, and batches since the last file
};

ModelCheckpoint::ModelCheckpoint(cornu::detail::FileName filepath, ModelCheckpointOptions options)
    : filepath_(std::move(filepath.text)),
      options_(std::move(options)),
      state_(cornu::detail::Shared<State>::make(State{{"ModelCheckpoint", options_.monitor, options_.mode}})) {
  const char* const ending = options_.save_weights_only ? ".weights.h5" : ".keras";
  if (!filepath_.ends_with(ending))
    throw ValueError("ModelCheckpoint", fmt::format("the file's kind is told by its name; got '{}'; expected it to end "
                                                    "with '{}'",
                                                    filepath_, ending));
  if (options_.save_freq && *options_.save_freq < 1)
    throw ValueError("ModelCheckpoint",
                     fmt::format("save_freq must be 1 or more batches; got {}", *options_.save_freq));
  if (options_.initial_value_threshold) state_->monitor.take(*options_.initial_value_threshold);
}

std::optional<double> ModelCheckpoint::best() const { return state_->monitor.best(); }

void ModelCheckpoint::on_train_begin(const Logs&) {
  if (options_.save_best_only) state_->monitor.begin(model());
}

void ModelCheckpoint::on_epoch_begin(std::int64_t epoch, const Logs&) { state_->epoch = epoch; }

void ModelCheckpoint::on_epoch_end(std::int64_t epoch, const Logs& logs) {
  if (!options_.save_freq) save(epoch, std::nullopt, logs);
}

void ModelCheckpoint::on_train_batch_end(std::int64_t batch, const Logs& logs) {
  if (!options_.save_freq || ++state_->batches < *options_.save_freq) return;
  state_->batches = 0;
  save(state_->epoch, batch, logs);
}

bool ModelCheckpoint::is_wanted(const Logs& logs) {
  if (!options_.save_best_only) return true;
  const std::optional<double> value = state_->monitor.value_in(logs, "nothing is saved");
  return value && state_->monitor.improves(*value);
}

void ModelCheckpoint::save(std::int64_t epoch, std::optional<std::int64_t> batch, const Logs& logs) {
  if (!is_wanted(logs)) return;
  const std::string path =
      detail::file_name(filepath_, epoch + 1, batch ? std::optional(*batch + 1) : std::nullopt, logs);
  if (options_.save_weights_only)
    model().save_weights(path);
  else
    cornu::detail::write_checkpoint(model(), path, {.next_epoch = batch ? epoch : epoch + 1});
  if (options_.save_best_only) state_->monitor.take(logs[state_->monitor.name()]);
  if (options_.verbose > 0) log(fmt::format("Epoch {}: saving model to {}\n", epoch + 1, path));
}

std::vector<Tensor> ModelCheckpoint::state() const {
  return {detail::counters({state_->batches}), state_->monitor.state()};
}

void ModelCheckpoint::set_state(const std::vector<Tensor>& state) {
  detail::require_parts("ModelCheckpoint", state, 2);
  const auto counters = detail::read_counters("ModelCheckpoint", state[0], 1);
  state_->monitor.set_state(state[1]);
  state_->batches = counters[0];
}

}  // namespace cornu::callbacks
