#include <cornu/framework/optimizer/optimizer.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/name_pattern.hpp>
#include <cornu/framework/ops/ops.hpp>
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

}  // namespace

Optimizer::Optimizer(std::string_view class_name, std::string_view default_name, CommonOptions options,
                     std::vector<Slot> slots)
    : options_(std::move(options)),
      slots_(std::move(slots)),
      iteration_(Tensor(std::int64_t{0}), {.name = "iteration", .trainable = false}),
      learning_rate_(
          Tensor(static_cast<float>(options_.learning_rate.is_scheduled() ? 0 : options_.learning_rate.at(0))),
          {.name = "learning_rate", .trainable = false}) {
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

// Does what may add to the list, and takes back what was added when it fails.
template <class List, class F>
void or_shrink_back(List& list, F f) {
  const auto known = static_cast<std::ptrdiff_t>(list.size());
  try {
    f();
  } catch (...) {
    list.erase(list.begin() + known, list.end());
    throw;
  }
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
  if (!learning_rate.is_scheduled()) learning_rate_.assign(Tensor(static_cast<float>(learning_rate.at(0))));
  options_.learning_rate = std::move(learning_rate);
}

std::int64_t Optimizer::iterations() const {
  return iteration_.peek().item<std::int64_t>() / options_.gradient_accumulation_steps.value_or(1);
}

Tensor Optimizer::scale_loss(const Tensor& loss) const {
  return options_.loss_scale_factor ? loss * *options_.loss_scale_factor : loss;
}

// ── what is to be done ──────────────────────────────────────────────────────────────────────────────────────────────

void Optimizer::apply(std::initializer_list<std::pair<Gradient, Variable>> gradients_and_variables) {
  start();
  for (const auto& [gradient, variable] : gradients_and_variables) add(gradient, variable, {});
  run();
}

void Optimizer::apply_gradients(const std::vector<std::pair<Gradient, Variable>>& gradients_and_variables) {
  start();
  for (const auto& [gradient, variable] : gradients_and_variables) add(gradient, variable, {});
  run();
}

void Optimizer::apply(std::span<const Gradient> gradients, std::span<const Variable* const> variables,
                      ApplyOptions options) {
  if (gradients.size() != variables.size())
    throw ShapeError(class_name(), fmt::format("not a gradient a variable; got {} gradients; expected {}",
                                               gradients.size(), variables.size()));
  start();
  for (std::size_t i = 0; i < gradients.size(); ++i) add(gradients[i], *variables[i], options);
  run();
}

void Optimizer::start() {  // the lists keep their memory
  tasks_.clear();
  keys_.clear();
}

void Optimizer::add(const Gradient& gradient, const Variable& variable, ApplyOptions options) {
  Task task{&gradient, &variable};
  check_dtype(variable);
  for (const Task& other : tasks_)
    if (*other.variable == variable)
      throw ValueError(class_name(),
                       fmt::format("variable '{}' is listed twice; add its gradients up", variable.name()));
  if (gradient.empty()) {
    if (!variable.trainable()) return;
    task.skipped = !options.missing_is_zero;
  } else if (gradient.is_rows()) {
    const Rows rows = gradient.rows();
    if (rows.ids.dtype() != int32)
      throw ValueError(class_name(), fmt::format("the ids of a gradient's rows have another dtype; got {} for variable "
                                                 "'{}'; expected int32",
                                                 name_of(rows.ids.dtype()), variable.name()));
    check(rows.values.dtype(), rows.table_shape, variable);
    if (rows.values.shape() != variable.shape().with(0, rows.ids.size()))
      throw ShapeError(class_name(), fmt::format("the gradient's rows do not fit variable '{}'; got {} for {} ids; "
                                                 "expected rows of {}",
                                                 variable.name(), rows.values.shape(), rows.ids.size(),
                                                 variable.shape().slice(1, variable.shape().rank())));
    task.unsorted_ids = rows.ids.values<std::int32_t>();
    const bool is_summed = options_.gradient_accumulation_steps || options_.clipnorm || options_.global_clipnorm;
    if (is_summed || !rows.has_checked_ids()) sort_rows(task);
  } else {
    const Tensor dense = gradient.to_dense();
    check(dense.dtype(), dense.shape(), variable);
  }
  tasks_.push_back(task);
}

// Sorts and checks a task's ids, unless that has been done. Rows in any order will do where no others are visited, and
// nothing is summed over them.
void Optimizer::sort_rows(Task& task) {
  if (!task.unsorted_ids) return;
  task.first_key = keys_.size();
  detail::append_in_order(task.gradient->rows().ids, task.variable->shape().front(), keys_);
  task.keys = keys_.size() - task.first_key;
  task.unsorted_ids.reset();
}

void Optimizer::check_dtype(const Variable& variable) const {
  if (!is_floating(variable.dtype()))
    throw ValueError(class_name(), fmt::format("cannot update variable '{}'; got dtype {}; expected float32 or float64",
                                               variable.name(), name_of(variable.dtype())));
}

void Optimizer::check(DType dtype, const Shape& shape, const Variable& variable) const {
  if (shape != variable.shape())
    throw ShapeError(class_name(), fmt::format("the gradient has another shape than variable '{}'; got {}; expected {}",
                                               variable.name(), shape, variable.shape()));
  if (dtype != variable.dtype())
    throw ValueError(class_name(), fmt::format("the gradient has another dtype than variable '{}'; got {}; expected {}",
                                               variable.name(), name_of(dtype), name_of(variable.dtype())));
}

namespace {

// Anybody may assign to the iteration.
void require_iteration(std::string_view where, std::int64_t batches) {
  constexpr std::int64_t most = std::int64_t{1} << 62;
  if (batches < 0 || batches > most)
    throw StateError(where,
                     fmt::format("the iteration is no number of batches; got {}; expected 0 … {}", batches, most));
}

}  // namespace

void Optimizer::run() {
  if (tasks_.empty()) return;
  require_iteration(class_name(), iteration_.peek().item<std::int64_t>());
  const auto skipped = [](const Task& task) { return task.skipped; };
  if (std::all_of(tasks_.begin(), tasks_.end(), skipped))
    throw ValueError(class_name(), "no gradient for any variable; got empty ones; does the loss depend on them?");
  const double rate = learning_rate();  // before anything changes: a user's function may throw
  or_shrink_back(states_, [&] {
    for (std::size_t i = 0; i < tasks_.size(); ++i) tasks_[i].state = &state_of(*tasks_[i].variable, i);
    std::erase_if(tasks_, skipped);
    Update(*this, rate).run();
  });
}

}  // namespace cornu::optim
