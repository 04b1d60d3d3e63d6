#include <cornu/framework/optimizer/update.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <cornu/framework/autodiff/deferred.hpp>
#include <cornu/framework/autodiff/profiler.hpp>
#include <cornu/framework/optimizer/clip_scale.hpp>
#include <cornu/framework/weights/constraints.hpp>

namespace cornu::optim {

using detail::for_pieces, detail::GradientRuns, detail::updates_a_piece;

namespace {

template <class T>
T* writable(const Variable& variable) {
  return detail::writable(variable.body()).template mutable_data<T>();
}

std::size_t size_of(const Variable& variable) { return static_cast<std::size_t>(variable.body().value.size()); }

}  // namespace

Optimizer::Update::Update(Optimizer& optimizer, double learning_rate)
    : optimizer_(optimizer),
      options_(optimizer.options_),
      batches_(optimizer.iteration_.peek().item<std::int64_t>()),
      accumulates_(options_.gradient_accumulation_steps.value_or(1)),
      step_{learning_rate, batches_ / accumulates_ + 1},
      is_due_((batches_ + 1) % accumulates_ == 0),
      overwrites_(options_.use_ema && options_.ema_overwrite_frequency &&
                  (batches_ / accumulates_ + 1) % *options_.ema_overwrite_frequency == 0) {}

void Optimizer::Update::run() {
  try {
    prepare();
    for (Task& task : optimizer_.tasks_)
      if (may_fail(task)) finish(task);
  } catch (...) {
    take_back();
    throw;
  }
  for (Task& task : optimizer_.tasks_)
    if (!may_fail(task)) finish(task);
  for (const auto& state : optimizer_.states_)
    if (options_.use_ema && !state->is_averaged) average_weights(*state);
  ++*writable<std::int64_t>(optimizer_.iteration_);
  if (accumulates_ > 1 && is_due_)
    for (const Task& task : optimizer_.tasks_) clear_accumulator(task);
  forget_kept();
}

// All that is done to one variable.
void Optimizer::Update::finish(Task& task) {
  const auto timed = detail::Timed::update_of(task.variable->body());
  if (is_due_) for_type_of(*task.variable, [&]<class T>(T) { apply_rule<T>(task); });
  if (options_.use_ema && !task.state->is_averaged) average_weights(*task.state);
  task.state->is_averaged = options_.use_ema;
  if (overwrites_) overwrite_by_average(task);
  constrain(task);
}

// ── the gradient ────────────────────────────────────────────────────────────────────────────────────────────────────

template <class T>
GradientRuns<T> Optimizer::Update::given(const Task& task) const {
  const Shape& shape = task.variable->shape();
  GradientRuns<T> runs;
  runs.rows = shape.empty() ? 1 : static_cast<std::size_t>(shape.front());
  runs.row_size = runs.rows == 0 ? 0 : size_of(*task.variable) / runs.rows;
  if (task.gradient->empty()) return runs;
  runs.by_rows = task.gradient->is_rows();
  runs.values = (runs.by_rows ? task.gradient->rows().values : task.gradient->to_dense()).template data<T>();
  runs.keys = std::span(optimizer_.keys_).subspan(task.first_key, task.keys);
  runs.unsorted_ids = task.unsorted_ids;
  return runs;
}

template GradientRuns<float> Optimizer::Update::given(const Task& task) const;
template GradientRuns<double> Optimizer::Update::given(const Task& task) const;

// What the rule gets: the gradient that is given, or what has accumulated.
template <class T>
GradientRuns<T> Optimizer::Update::effective(const Task& task) const {
  GradientRuns<T> runs = given<T>(task);
  if (accumulates_ == 1) return runs;
  runs.by_rows = !task.state->accumulated.everywhere;
  runs.keys = task.state->accumulated.keys;
  runs.values = task.state->accumulator.body().value.template data<T>();
  return runs;
}
template GradientRuns<float> Optimizer::Update::effective(const Task& task) const;
template GradientRuns<double> Optimizer::Update::effective(const Task& task) const;

void AccumulatedRows::reserve(std::size_t more, std::size_t rows) {
  listed.resize(rows);
  if (keys.capacity() < keys.size() + more) keys.reserve(2 * (keys.size() + more));
}

void AccumulatedRows::add(std::span<const detail::RowKey> more, std::size_t rows) {
  reserve(more.size(), rows);
  const auto known = static_cast<std::ptrdiff_t>(keys.size());
  for (const detail::RowKey key : more) {
    const std::size_t id = detail::id_of(key);
    if (!listed[id]) keys.push_back(static_cast<detail::RowKey>(id) << 32 | id);
    listed[id] = true;
  }
  std::inplace_merge(keys.begin(), keys.begin() + known, keys.end());
}

void AccumulatedRows::clear() {
  for (const detail::RowKey key : keys) listed[detail::id_of(key)] = false;
  keys.clear();
  everywhere = false;
}

void Optimizer::Update::accumulate() {
  const double scale = 1 / options_.loss_scale_factor.value_or(1);
  for (const Task& task : optimizer_.tasks_) {
    const auto timed = detail::Timed::update_of(task.variable->body());
    for_type_of(*task.variable, [&]<class T>(T) {
      State& state = *task.state;
      const GradientRuns<T> runs = given<T>(task);
      const std::uint64_t assigned = state.accumulator.body().assigned;
      const bool is_unknown = std::exchange(state.accumulator_assigned, assigned) != assigned;
      if (is_unknown) state.accumulated.clear();
      if (is_unknown || (runs.values && !runs.by_rows)) state.accumulated.everywhere = true;
      state.accumulated.add(runs.keys, runs.rows);
      T* const sum = writable<T>(state.accumulator);
      runs.for_each_given([&](std::size_t first, std::size_t size, const T* gradient) {
        for (std::size_t i = 0; i < size; ++i) sum[first + i] += gradient[i] * static_cast<T>(scale);
      });
    });
  }
}

void Optimizer::Update::clear_accumulator(const Task& task) const {
  const auto timed = detail::Timed::update_of(task.variable->body());
  for_type_of(*task.variable, [&]<class T>(T) {
    effective<T>(task).for_each_given(
        [](std::size_t, std::size_t size, const T* sum) { std::fill_n(const_cast<T*>(sum), size, T(0)); });
  });
  task.state->accumulated.clear();
}

double Optimizer::Update::norm_of(const Task& task) const {
  const auto timed = detail::Timed::update_of(task.variable->body());
  double sum = 0;
  for_type_of(*task.variable, [&]<class T>(T) { sum = effective<T>(task).sum_of_squares(); });
  return std::sqrt(sum) * task.scale;
}

// g · c / max(norm, c), with the norm of each gradient or of all together.
void Optimizer::Update::scale_gradients() {
  const double accumulated = static_cast<double>(accumulates_);
  for (Task& task : optimizer_.tasks_)
    task.scale = accumulates_ > 1 ? 1 / accumulated : 1 / options_.loss_scale_factor.value_or(1);

  if (const auto limit = options_.clipnorm)
    for (Task& task : optimizer_.tasks_) task.scale *= *limit / std::max(norm_of(task), *limit);
  if (const auto limit = options_.global_clipnorm) {
    double norm = 0;
    for (const Task& task : optimizer_.tasks_) norm = std::hypot(norm, norm_of(task));
    for (Task& task : optimizer_.tasks_) task.scale *= clip_scale(norm, *limit);
  }
}

// ── the weights after the rule ───────────────────────────────────────────────────────────────────────────────────────

// a ← γ·a + (1 − γ)·w; the first time a ← w
void Optimizer::Update::average_weights(State& state) const {
  const double momentum = batches_ < accumulates_ ? 0 : options_.ema_momentum;
  const Tensor weights = state.weights.defined() ? state.weights : state.variable.body().value;
  for_type_of(state.variable, [&]<class T>(T) {
    const T keep = static_cast<T>(momentum), take = static_cast<T>(1 - momentum);
    T* const average = writable<T>(state.average);
    const T* const value = weights.data<T>();
    for_pieces(size_of(state.variable), updates_a_piece(), [=](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) average[i] = keep * average[i] + take * value[i];
    });
  });
}

// What is frozen stays as it is.
void Optimizer::Update::overwrite_by_average(const Task& task) const {
  detail::VariableBody& variable = task.variable->body();
  if (!variable.trainable) return;
  for_type_of(*task.variable, [&]<class T>(T) {
    const T* const average = task.state->average.body().value.data<T>();
    T* const value = writable<T>(*task.variable);
    for_pieces(size_of(*task.variable), updates_a_piece(),
               [=](std::size_t first, std::size_t last) { std::copy(average + first, average + last, value + first); });
  });
  ++variable.assigned;
}

void Optimizer::finalize_variable_values() {
  std::vector<Variable> all;
  for (const auto& state : states_) all.push_back(state->variable);
  finalize_variable_values(all);
}

void Optimizer::finalize_variable_values(const std::vector<Variable>& variables) {
  std::vector<Variable> averaged;
  std::vector<Tensor> averages;
  for (const auto& state : states_) {
    const bool is_wanted = std::find(variables.begin(), variables.end(), state->variable) != variables.end();
    if (!is_wanted || !state->average.defined() || !state->variable.trainable()) continue;
    averaged.push_back(state->variable);
    averages.push_back(state->average.peek());
  }
  detail::assign_all(averaged, averages);
}

namespace {

// copy(first element in the list, first element in the table) for the rows listed, on several threads at a time.
template <class T, class Copy>
void for_each_listed(const GradientRuns<T>& runs, const Copy& copy) {
  for_pieces(runs.listed(), detail::rows_a_piece(runs.listed(), runs.row_size),
             [&](std::size_t first, std::size_t last) {
               for (std::size_t i = first; i < last; ++i) copy(i * runs.row_size, runs.row(i) * runs.row_size);
             });
}

// The rows listed, each through the constraint.
template <class T>
void constrain_rows(const constraints::Constraint& constraint, const Variable& variable, const GradientRuns<T>& runs) {
  T* const value = writable<T>(variable);
  const std::size_t size = runs.row_size;
  Tensor listed =
      Tensor::uninitialized(variable.shape().with(0, static_cast<std::int64_t>(runs.listed())), variable.dtype());
  T* const copies = listed.mutable_data<T>();
  for_each_listed(runs, [=](std::size_t to, std::size_t from) { std::copy_n(value + from, size, copies + to); });
  const Tensor allowed = constraint(listed);
  const T* const results = allowed.data<T>();
  for_each_listed(runs, [=](std::size_t from, std::size_t to) { std::copy_n(results + from, size, value + to); });
}

}  // namespace

// A constraint that leaves allowed rows as they are need not see rows that this update does not visit.
bool Optimizer::Update::constrains_listed(const Task& task) const {
  const detail::VariableBody& variable = task.variable->body();
  const State& state = *task.state;
  const bool all_allowed = state.constrained_since_assigned == variable.assigned;
  if (!all_allowed || !variable.weight.constraint->keeps_allowed_rows() || state.path != RowPath::touched) return false;
  bool is_listed = false;
  for_type_of(*task.variable, [&]<class T>(T) { is_listed = effective<T>(task).by_rows; });
  return is_listed;
}

void Optimizer::Update::constrain(const Task& task) const {
  const auto& constraint = task.variable->body().weight.constraint;
  if (!constraint) return;
  if (constrains_listed(task))
    return for_type_of(*task.variable,
                       [&]<class T>(T) { constrain_rows<T>(*constraint, *task.variable, effective<T>(task)); });
  task.state->variable.assign((*constraint)(task.variable->peek()));
  task.state->constrained_since_assigned = task.variable->body().assigned;
}

}  // namespace cornu::optim
