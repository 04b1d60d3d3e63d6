#include <cornu/framework/optimizer/optimizer.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/name_pattern.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/optimizer/or_shrink_back.hpp>
#include <cornu/framework/optimizer/update.hpp>
#include <cornu/framework/rule/require_option.hpp>

namespace cornu::optim {

// ── construction ────────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

void require_positive(std::string_view where, std::string_view option, const std::optional<double>& value) {
  if (value) require_option(where, option, std::isfinite(*value) && *value > 0, *value, "a positive number");
}

void require_at_least(std::string_view where, std::string_view option, const std::optional<std::int64_t>& value,
                      std::int64_t least) {
  if (value && *value < least)
    throw ValueError(where, fmt::format("{} is too small; got {}; expected {} or more", option, *value, least));
}

void check_options(std::string_view where, const CommonOptions& options) {
  const double ema = options.ema_momentum;
  require_not_negative(where, "weight_decay", options.weight_decay.value_or(0));
  require_option(where, "ema_momentum", ema >= 0 && ema <= 1, ema, "0 … 1");
  require_positive(where, "clipnorm", options.clipnorm);
  require_positive(where, "clipvalue", options.clipvalue);
  require_positive(where, "global_clipnorm", options.global_clipnorm);
  require_positive(where, "loss_scale_factor", options.loss_scale_factor);
  require_at_least(where, "ema_overwrite_frequency", options.ema_overwrite_frequency, 1);
  require_at_least(where, "gradient_accumulation_steps", options.gradient_accumulation_steps, 2);
  if (options.clipnorm.has_value() + options.clipvalue.has_value() + options.global_clipnorm.has_value() > 1)
    throw ValueError(where, "more than one way of clipping; expected one of clipnorm, clipvalue and global_clipnorm");
}

void check_slots(std::string_view where, std::span<const Slot> slots) {
  if (slots.size() > Elements<float>::max_slots)
    throw ValueError(
        where, fmt::format("too many slots; got {}; expected at most {}", slots.size(), Elements<float>::max_slots));
}

Variable make_rate(double rate, DType dtype) {
  return Variable(Tensor::full({}, rate, dtype), {.name = "learning_rate", .trainable = false});
}

}  // namespace

Optimizer::Optimizer(std::string_view class_name, std::string_view default_name, CommonOptions options,
                     std::vector<Slot> slots)
    : options_(std::move(options)),
      slots_(std::move(slots)),
      iteration_(Tensor(std::int64_t{0}), {.name = "iteration", .trainable = false}),
      learning_rate_(make_rate(options_.learning_rate.is_scheduled() ? 0 : options_.learning_rate.at(0), float32)) {
  check_options(class_name, options_);
  check_slots(class_name, slots_);
  if (options_.name.empty()) options_.name = default_name;
}

Optimizer::~Optimizer() = default;
Optimizer::Optimizer(Optimizer&& other) noexcept = default;
Optimizer& Optimizer::operator=(Optimizer&& other) noexcept = default;

bool Optimizer::built() const { return !states_.empty(); }
std::vector<Slot> Optimizer::slots_for(const Variable&) const { return slots_; }
std::vector<Variable> Optimizer::shared_slots() const { return {}; }

// ── what it remembers ───────────────────────────────────────────────────────────────────────────────────────────────

namespace {

Variable make_slot(const Variable& variable, const Slot& slot) {
  const DType dtype = slot.dtype.value_or(variable.dtype());
  const Tensor start =
      slot.starts_as_value ? variable.peek() : Tensor::full(slot.shape.value_or(variable.shape()), slot.initial, dtype);
  const Variable made(start, {.name = fmt::format("{}_{}", variable.name(), slot.name), .trainable = false});
  variable.add_slot(made, slot.initial, slot.starts_as_value);
  return made;
}

}  // namespace

std::unique_ptr<Optimizer::State> Optimizer::make_state(const Variable& variable) const {
  const std::vector<Slot> slots = slots_for(variable);
  check_slots(class_name(), slots);
  auto state = std::make_unique<State>();
  state->variable = variable;
  state->weight_decay = decay_of(variable);
  state->is_whole = needs_whole(variable);
  state->path = row_updates(variable).path;
  if (options_.use_ema) state->average = make_slot(variable, {.name = "average", .starts_as_value = true});
  if (options_.gradient_accumulation_steps) state->accumulator = make_slot(variable, {"gradient_accumulator"});
  for (const Slot& slot : slots) {
    state->slots.push_back(make_slot(variable, slot));
    state->groups.push_back(slot.group);
  }
  return state;
}

// Training loops list their variables in the same order each time: the place is `hint`, but for the first time.
Optimizer::State& Optimizer::state_of(const Variable& variable, std::size_t hint) {
  if (hint < states_.size() && states_[hint]->variable == variable) return *states_[hint];
  for (const auto& state : states_)
    if (state->variable == variable) return *state;
  return *states_.emplace_back(make_state(variable));
}

void Optimizer::build(std::span<const Variable* const> variables) {
  for (const Variable* variable : variables) check_dtype(*variable);
  or_shrink_back(states_, [&] {
    for (const Variable* variable : variables) state_of(*variable, states_.size());
    // As in Keras, where the rate has the dtype of the weights: what a file says about it is not rounded.
    const bool all_float64 = std::all_of(states_.begin(), states_.end(),
                                         [](const auto& state) { return state->variable.dtype() == float64; });
    if (all_float64 && built() && learning_rate_.dtype() != float64)
      learning_rate_ = make_rate(learning_rate_.peek().item<double>(), float64);
  });
}

void Optimizer::exclude_from_weight_decay(std::vector<Variable> variables, std::vector<std::string> names) {
  if (built())
    throw StateError(class_name(),
                     "exclude_from_weight_decay comes too late; the optimizer has its slots; call it "
                     "before the first update");
  detail::any_occurs(class_name(), names, "");
  undecayed_ = std::move(variables);
  undecayed_names_ = std::move(names);
}

double Optimizer::decay_of(const Variable& variable) const {
  const bool excluded = std::find(undecayed_.begin(), undecayed_.end(), variable) != undecayed_.end() ||
                        detail::any_occurs(class_name(), undecayed_names_, variable.name());
  return excluded ? 0 : weight_decay_for(variable).value_or(0);
}

std::vector<Variable> Optimizer::variables() const {
  std::vector<Variable> all{iteration_};
  if (!options_.learning_rate.is_scheduled()) all.push_back(learning_rate_);
  for (const auto& state : states_)
    if (state->average.defined()) all.push_back(state->average);
  for (const auto& state : states_)
    if (state->accumulator.defined()) all.push_back(state->accumulator);
  int last_group = 0;
  for (int group = 0; group <= last_group; ++group)
    for (const auto& state : states_)
      for (std::size_t i = 0; i < state->slots.size(); ++i) {
        last_group = std::max(last_group, state->groups[i]);
        if (state->groups[i] == group) all.push_back(state->slots[i]);
      }
  if (built())
    for (const Variable& shared : shared_slots()) all.push_back(shared);
  return all;
}

double Optimizer::learning_rate_after(std::int64_t batches) const {
  return options_.learning_rate.is_scheduled() ? options_.learning_rate.at(batches)
                                               : learning_rate_.peek().item<double>();
}

double Optimizer::learning_rate() const { return learning_rate_after(iteration_.peek().item<std::int64_t>()); }

void Optimizer::set_learning_rate(LearningRate learning_rate) {
  if (options_.learning_rate.is_scheduled() && !learning_rate.is_scheduled())
    throw StateError(class_name(),
                     fmt::format("the learning rate follows a schedule; got {}; expected a schedule; make "
                                 "the optimizer with a number to set it",
                                 learning_rate.at(0)));
  if (!learning_rate.is_scheduled())
    learning_rate_.assign(Tensor::full({}, learning_rate.at(0), learning_rate_.dtype()));
  options_.learning_rate = std::move(learning_rate);
}

std::int64_t Optimizer::iterations() const {
  return iteration_.peek().item<std::int64_t>() / options_.gradient_accumulation_steps.value_or(1);
}

Tensor Optimizer::scale_loss(const Tensor& loss) const {
  return options_.loss_scale_factor ? loss * *options_.loss_scale_factor : loss;
}

}  // namespace cornu::optim
