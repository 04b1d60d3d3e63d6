#include <cornu/framework/callbacks/early_stopping.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/callbacks/monitor.hpp>
#include <cornu/framework/callbacks/saved_state.hpp>

namespace cornu::callbacks {

namespace {

constexpr const char* name = "EarlyStopping";

void require_not_negative(const char* option, std::int64_t value) {
  if (value < 0) throw ValueError(name, fmt::format("{} must be 0 or more epochs; got {}", option, value));
}

void require_weights(const std::vector<Tensor>& weights, const std::vector<Tensor>& of_model) {
  const auto is_alike = [](const Tensor& a, const Tensor& b) {
    return a.shape() == b.shape() && a.dtype() == b.dtype();
  };
  if (!std::equal(weights.begin(), weights.end(), of_model.begin(), of_model.end(), is_alike))
    throw ValueError(name, fmt::format("these are not weights of the model; got {} tensors; expected {} with the "
                                       "shapes of its weights",
                                       weights.size(), of_model.size()));
}

}  // namespace

// What copies share.
struct EarlyStopping::State {
  detail::Monitor monitor;
  std::int64_t wait = 0, stopped_epoch = 0, best_epoch = 0;
  std::vector<Tensor> best_weights = {};
};

EarlyStopping::EarlyStopping(cornu::detail::NoOptions) : EarlyStopping() {}
EarlyStopping::EarlyStopping(EarlyStoppingOptions options)
    : options_(std::move(options)),
      state_(cornu::detail::Shared<State>::make(State{{name, options_.monitor, options_.mode, options_.min_delta}})) {
  check();
}

void EarlyStopping::check() const {
  require_not_negative("patience", options_.patience);
  require_not_negative("start_from_epoch", options_.start_from_epoch);
  if (options_.baseline && std::isnan(*options_.baseline))
    throw ValueError(name, "baseline is no number; got nan; expected a value of the figure");
}

std::int64_t EarlyStopping::stopped_epoch() const { return state_->stopped_epoch; }
std::int64_t EarlyStopping::best_epoch() const { return state_->best_epoch; }
std::optional<double> EarlyStopping::best() const { return state_->monitor.best(); }
std::int64_t EarlyStopping::wait() const { return state_->wait; }

void EarlyStopping::on_train_begin(const Logs&) {
  state_->monitor.forget();
  state_->wait = state_->stopped_epoch = state_->best_epoch = 0;
  state_->best_weights.clear();
  state_->monitor.begin(model());
}

bool EarlyStopping::is_better_than_baseline(double value) const {
  return !options_.baseline || state_->monitor.improves_on(options_.baseline, value);
}

void EarlyStopping::on_epoch_end(std::int64_t epoch, const Logs& logs) {
  if (epoch < options_.start_from_epoch) return;
  const std::optional<double> value = state_->monitor.value_in(logs, "that epoch does not count");
  if (!value) return;
  ++state_->wait;
  if (state_->monitor.improves(*value)) {
    if (options_.restore_best_weights) state_->best_weights = model().get_weights();
    state_->monitor.take(*value);
    state_->best_epoch = epoch;
    if (is_better_than_baseline(*value)) state_->wait = 0;
  } else if (state_->wait >= options_.patience && epoch > 0) {
    state_->stopped_epoch = epoch;
    stop_training();
  }
}

void EarlyStopping::on_train_end(const Logs&) {
  const bool is_verbose = options_.verbose > 0;
  if (is_verbose && state_->stopped_epoch > 0)
    log(fmt::format("Epoch {}: early stopping\n", state_->stopped_epoch + 1));
  if (state_->best_weights.empty()) return;
  if (is_verbose)
    log(fmt::format("Restoring model weights from the end of the best epoch: {}.\n", state_->best_epoch + 1));
  model().set_weights(state_->best_weights);
}

std::vector<Tensor> EarlyStopping::state() const {
  std::vector<Tensor> all{detail::counters({state_->wait, state_->stopped_epoch, state_->best_epoch}),
                          state_->monitor.state()};
  all.insert(all.end(), state_->best_weights.begin(), state_->best_weights.end());
  return all;
}

void EarlyStopping::set_state(const std::vector<Tensor>& state) {
  if (state.size() < 2) detail::require_parts(name, state, 2);
  const auto counters = detail::read_counters(name, state[0], 3);
  std::vector<Tensor> weights(state.begin() + 2, state.end());
  const bool has_weights = options_.restore_best_weights && state[1].size() > 0;
  require_weights(weights, has_weights ? model().get_weights() : std::vector<Tensor>());
  state_->monitor.set_state(state[1]);
  state_->wait = counters[0];
  state_->stopped_epoch = counters[1];
  state_->best_epoch = counters[2];
  state_->best_weights = std::move(weights);
}

}  // namespace cornu::callbacks
