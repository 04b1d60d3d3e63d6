#include <cornu/framework/callbacks/reduce_lr_on_plateau.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/callbacks/learning_rate.hpp>
#include <cornu/framework/callbacks/monitor.hpp>
#include <cornu/framework/callbacks/python_text.hpp>
#include <cornu/framework/callbacks/saved_state.hpp>
#include <cornu/framework/optimizer/optimizer.hpp>

namespace cornu::callbacks {

namespace {
constexpr const char* name = "ReduceLROnPlateau";
}

// What copies share.
struct ReduceLROnPlateau::State {
  detail::Monitor monitor;
  std::int64_t wait = 0, cooldown = 0;  // cooldown: epochs to come that do not count
};

ReduceLROnPlateau::ReduceLROnPlateau(cornu::detail::NoOptions) : ReduceLROnPlateau() {}
ReduceLROnPlateau::ReduceLROnPlateau(ReduceLROnPlateauOptions options)
    : options_(std::move(options)),
      state_(cornu::detail::Shared<State>::make(State{{name, options_.monitor, options_.mode, options_.min_delta}})) {
  check();
}

void ReduceLROnPlateau::check() const {
  const auto require_not_negative = [](const char* option, std::int64_t value) {
    if (value < 0) throw ValueError(name, fmt::format("{} must be 0 or more epochs; got {}", option, value));
  };
  if (!(options_.factor >= 0 && options_.factor < 1))
    throw ValueError(name, fmt::format("factor must be 0 or more, and less than 1; got {}", options_.factor));
  require_not_negative("patience", options_.patience);
  require_not_negative("cooldown", options_.cooldown);
  if (!std::isfinite(static_cast<float>(options_.min_lr)) || options_.min_lr < 0)
    throw ValueError(
        name, fmt::format("min_lr is no learning rate; got {}; expected a finite number from 0 on", options_.min_lr));
}

std::int64_t ReduceLROnPlateau::wait() const { return state_->wait; }
std::int64_t ReduceLROnPlateau::cooldown_counter() const { return state_->cooldown; }

void ReduceLROnPlateau::on_train_begin(const Logs&) {
  detail::require_no_schedule(name, model());
  state_->monitor.forget();
  state_->monitor.begin(model());
  state_->wait = state_->cooldown = 0;
}

void ReduceLROnPlateau::add_figures(std::int64_t, Logs& logs) { detail::add_learning_rate(model(), logs); }

void ReduceLROnPlateau::on_epoch_end(std::int64_t epoch, const Logs& logs) {
  if (const auto value = state_->monitor.value_in(logs, "that epoch does not count")) count(epoch, *value);
}

void ReduceLROnPlateau::count(std::int64_t epoch, double value) {
  State& state = *state_;
  if (state.cooldown > 0) {
    --state.cooldown;
    state.wait = 0;
  }
  if (state.monitor.improves(value)) {
    state.monitor.take(value);
    state.wait = 0;
  } else if (state.cooldown == 0 && ++state.wait >= options_.patience && reduce(epoch)) {
    state.cooldown = options_.cooldown;
    state.wait = 0;
  }
}

bool ReduceLROnPlateau::reduce(std::int64_t epoch) const {
  const double before = model().optimizer().learning_rate();
  if (before <= static_cast<float>(options_.min_lr)) return false;
  const double rate = std::max(before * options_.factor, options_.min_lr);
  model().optimizer().set_learning_rate(rate);
  if (options_.verbose > 0)
    log(fmt::format("Epoch {}: ReduceLROnPlateau reducing learning rate to {}.\n", epoch + 1,
                    detail::python_text(rate)));
  return true;
}

std::vector<Tensor> ReduceLROnPlateau::state() const {
  return {detail::counters({state_->wait, state_->cooldown}), state_->monitor.state()};
}

void ReduceLROnPlateau::set_state(const std::vector<Tensor>& state) {
  detail::require_parts(name, state, 2);
  const auto counters = detail::read_counters(name, state[0], 2);
  state_->monitor.set_state(state[1]);
  state_->wait = counters[0];
  state_->cooldown = counters[1];
}

}  // namespace cornu::callbacks
