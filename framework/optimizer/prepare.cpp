// What comes before an update changes anything: memory, which elements are visited, and what is kept in case it fails.
#include <algorithm>
#include <utility>

#include <cornu/framework/autodiff/profiler.hpp>
#include <cornu/framework/optimizer/update.hpp>

namespace cornu::optim {

using detail::GradientRuns;

namespace {

// No other tensor shares its elements any more: writing them takes no memory.
void make_exclusive(const Variable& variable) {
  if (variable.defined()) detail::exclusive(variable.body().value);
}

}  // namespace

// Gradients are added up here already where it has to be known what they are, or what their rows are. The sums are
// taken back like the rest when something fails after that.
void Optimizer::Update::prepare() {
  forget_kept();
  const bool any_may_fail = std::any_of(optimizer_.tasks_.begin(), optimizer_.tasks_.end(),
                                        [this](const Task& task) { return may_fail(task); });
  const bool adds_first = is_due_ || any_may_fail;
  if (accumulates_ > 1) prepare_to_accumulate(adds_first);
  if (accumulates_ > 1 && adds_first) accumulate();
  if (is_due_) scale_gradients();
  for (Task& task : optimizer_.tasks_) plan(task);
  if (options_.use_ema) prepare_averages();
  make_exclusive(optimizer_.iteration_);
  if (is_due_ && any_may_fail)
    for (const Variable& shared : optimizer_.shared_slots()) shared_.keep(shared);
  if (is_due_) optimizer_.begin(step_);
  if (accumulates_ > 1 && !adds_first) accumulate();
}

void Optimizer::Update::prepare_to_accumulate(bool keeps) {
  for (const Task& task : optimizer_.tasks_) {
    State& state = *task.state;
    if (keeps) keep_sums(task);
    for_type_of(*task.variable, [&]<class T>(T) {
      const GradientRuns<T> runs = given<T>(task);
      state.accumulated.reserve(runs.keys.size(), runs.rows);
    });
    make_exclusive(state.accumulator);
  }
}

// `deferred` is left over when another optimizer, or a new vocabulary, has let the rows go: they are deferred again
// then.
void Optimizer::State::take_rows(const Optimizer& optimizer, bool has_rows) {
  detail::RowState& rows_of_variable = variable.body().rows;
  if (rows_of_variable.owned && rows_of_variable.owned != deferred) {
    rows_of_variable.deferred->settle();
    rows_of_variable.let_go();
  }
  if (rows_of_variable.owned || path != RowPath::deferred || !(deferred || has_rows)) return;
  auto made = std::make_shared<DeferredRows>(optimizer.deferred_rule(variable.dtype()), variable, slots, average,
                                             optimizer.options_.ema_momentum);
  deferred_before = std::exchange(deferred, std::move(made));
  rows_of_variable.owned = deferred;
  rows_of_variable.deferred = deferred.get();
  is_deferred_now = true;
}

// ── which elements ──────────────────────────────────────────────────────────────────────────────────────────────────

// An update after which averages become the weights visits all rows: it would have to settle them afterwards.
template <class T>
Visit Optimizer::Update::visit_of(Task& task, const GradientRuns<T>& runs) const {
  const State& state = *task.state;
  const Preparation<T> prepare = preparation_of<T>(task);
  const bool is_listed = (runs.by_rows || !runs.values) && prepare.keeps_zero();
  if (!is_listed) return Visit::all;
  if (state.path == RowPath::touched || state.path == RowPath::lazy) return Visit::listed;
  const bool waits = state.deferred && !overwrites_ &&
                     state.deferred->covers(step_, static_cast<double>(prepare.decay)) &&
                     DeferredRows::pays(runs.listed(), *task.variable);
  return waits ? Visit::deferred : Visit::all;
}

namespace {

template <class T>
void list_rows(const GradientRuns<T>& runs, std::vector<std::int32_t>& rows) {
  rows.clear();
  if (runs.unsorted_ids) return;  // they are a list already
  if (rows.capacity() < runs.listed()) rows.reserve(2 * runs.listed());
  for (std::size_t i = 0; i < runs.listed(); ++i) rows.push_back(static_cast<std::int32_t>(runs.row(i)));
}

}  // namespace

void Optimizer::Update::plan(Task& task) {
  const auto timed = detail::Timed::update_of(task.variable->body());
  State& state = *task.state;
  state.is_moved = is_due_;
  for_type_of(*task.variable, [&]<class T>(T) {
    if (is_due_) {
      const GradientRuns<T> runs = effective<T>(task);
      state.take_rows(optimizer_, runs.by_rows);
      task.visit = visit_of<T>(task, runs);
      if (task.visit == Visit::deferred) {
        list_rows(runs, state.rows);
        state.deferred->reserve(runs.listed());
      } else if (task.visit == Visit::all) {
        optimizer_.sort_rows(task);
        if (state.deferred) state.deferred->settle();
        if (state.deferred) state.deferred->reserve(0);
        if (state.is_whole && needs_dense<T>(effective<T>(task), preparation_of<T>(task)))
          task.dense = Tensor::uninitialized(task.variable->shape(), task.variable->dtype());
      }
    }
    if (may_fail(task)) keep<T>(task, effective<T>(task));
  });
  if (!is_due_ && !overwrites_ && !may_fail(task)) return;
  make_exclusive(*task.variable);
  for (const Variable& slot : state.slots) make_exclusive(slot);
}

// Of variables that this update does not move and whose rows lack updates, copies are averaged.
void Optimizer::Update::prepare_averages() {
  for (const auto& state : optimizer_.states_) {
    if (state->is_moved) {
      make_exclusive(state->average);
    } else {
      detail::writable(state->average.body());
      if (state->variable.body().rows.deferred) state->weights = state->variable.peek();
    }
  }
}

// ── in case it fails ────────────────────────────────────────────────────────────────────────────────────────────────

bool Optimizer::Update::may_fail(const Task& task) const {
  return (is_due_ && task.state->is_whole && !optimizer_.never_throws()) || task.variable->body().weight.constraint;
}

void Optimizer::Update::keep_sums(const Task& task) const {
  State& state = *task.state;
  if (task.gradient->is_rows()) {
    const Rows rows = task.gradient->rows();
    state.kept.keep_rows(state.accumulator, rows.ids.values<std::int32_t>());
  } else {
    state.kept.keep(state.accumulator);
  }
  state.accumulated_before = state.accumulated;
  state.accumulator_assigned_before = state.accumulator_assigned;
  state.has_kept_sums = true;
}

// Where only listed rows are written, these alone: a table may be long.
template <class T>
void Optimizer::Update::keep(const Task& task, const GradientRuns<T>& runs) const {
  State& state = *task.state;
  if (state.variable.body().rows.deferred) state.variable.body().rows.deferred->settle();
  const bool is_by_rows = (!is_due_ || task.visit == Visit::listed) && constrains_listed(task);
  if (is_by_rows) list_rows(runs, state.rows);
  const std::span<const std::int32_t> rows = runs.unsorted_ids.value_or(std::span<const std::int32_t>(state.rows));
  const auto keep_one = [&](const Variable& variable) {
    is_by_rows ? state.kept.keep_rows(variable, rows) : state.kept.keep(variable);
  };
  keep_one(state.variable);
  for (const Variable& slot : state.slots) keep_one(slot);
  if (state.average.defined()) state.kept.keep(state.average);
  state.constrained_before = state.constrained_since_assigned;
  state.has_kept_values = true;
}

void Optimizer::Update::take_back() noexcept {
  for (const Task& task : optimizer_.tasks_) task.state->take_back();
  shared_.put_back();
  forget_kept();
}

void Optimizer::State::take_back() noexcept {
  kept.put_back();
  if (has_kept_sums) {
    std::swap(accumulated, accumulated_before);
    accumulator_assigned = accumulator_assigned_before;
  }
  if (has_kept_values) constrained_since_assigned = constrained_before;
  if (!is_deferred_now) return;
  variable.body().rows.let_go();
  deferred = std::move(deferred_before);
}

void Optimizer::Update::forget_kept() noexcept {
  for (const auto& state : optimizer_.states_) {
    state->kept.forget();
    state->weights = Tensor();
    state->deferred_before.reset();
    state->is_moved = state->is_averaged = state->is_deferred_now = false;
    state->has_kept_sums = state->has_kept_values = false;
  }
}

}  // namespace cornu::optim
