// Which elements of a variable an update visits, and what it does there.
#include <algorithm>
#include <array>

#include <cornu/framework/kernels/run.hpp>
#include <cornu/framework/optimizer/update.hpp>
#include <cornu/framework/rule/packed_rows.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::optim {

using detail::GradientRuns;

namespace {

// Runs are cut into pieces that stay in the cache while decay, clipping and the rule pass over them.
constexpr std::size_t piece_size = 1024;

template <class T>
const T* prepared(const Preparation<T>& prepare, T* value, const T* gradient, std::size_t size, T* buffer) {
  if (prepare.decay != 0)
    for (std::size_t i = 0; i < size; ++i) value[i] -= value[i] * prepare.decay;
  if (!gradient && prepare.keeps_zero()) return nullptr;
  for (std::size_t i = 0; i < size; ++i) buffer[i] = (gradient ? gradient[i] : T(0)) * prepare.scale;
  if (prepare.limit)
    for (std::size_t i = 0; i < size; ++i) buffer[i] = std::clamp(buffer[i], -*prepare.limit, *prepare.limit);
  return buffer;
}

template <class T>
Elements<T> part_of(const Elements<T>& all, std::size_t first, std::size_t size, const T* gradient) {
  Elements<T> part{size, all.value + first, {}, gradient};
  for (std::size_t i = 0; i < part.slots.size(); ++i) part.slots[i] = all.slots[i] ? all.slots[i] + first : nullptr;
  return part;
}

template <class T>
T* elements(const Variable& variable) {
  return detail::exclusive(variable.body().value).template mutable_data<T>();
}

// The elements as they are: rows may lack updates.
template <class T>
Elements<T> elements_of(const Variable& variable, const std::vector<Variable>& slots) {
  Elements<T> all{static_cast<std::size_t>(variable.body().value.size()), elements<T>(variable), {}, nullptr};
  for (std::size_t i = 0; i < slots.size(); ++i)
    if (slots[i].dtype() == variable.dtype()) all.slots[i] = elements<T>(slots[i]);
  return all;
}

// All elements at once, after weight decay. A gradient that is rows, or is to be scaled or clipped, is written out to
// `dense`.
template <class T>
Elements<T> whole(Elements<T> all, const Variable& variable, const GradientRuns<T>& runs, const Preparation<T>& prepare,
                  Tensor& dense) {
  all.shape = &variable.shape();
  all.gradient = runs.values;
  if (!runs.by_rows && !prepare.is_needed()) return all;
  const bool is_zero = !runs.values && prepare.keeps_zero();
  if (!is_zero) dense = Tensor::uninitialized(variable.shape(), variable.dtype());
  T* const buffer = is_zero ? nullptr : dense.mutable_data<T>();
  runs.for_each([&](std::size_t first, std::size_t size, const T* gradient) {
    T* const part = is_zero ? nullptr : buffer + first;
    if (!prepared(prepare, all.value + first, gradient, size, part) && part) std::fill_n(part, size, T(0));
  });
  all.gradient = buffer;
  return all;
}

}  // namespace

template <class T>
void Optimizer::Update::run_rule(Elements<T> elements, const Preparation<T>& prepare) const {
  if (!prepare.is_needed()) return optimizer_.update(elements);
  alignas(64) std::array<T, piece_size> buffer;
  for (std::size_t done = 0; done < elements.size; done += piece_size) {
    const std::size_t piece = std::min(piece_size, elements.size - done);
    const T* const gradient = prepared(prepare, elements.value + done,
                                       elements.gradient ? elements.gradient + done : nullptr, piece, buffer.data());
    optimizer_.update(part_of(elements, done, piece, gradient));
  }
}

template <class T>
void Optimizer::Update::apply_to_all(const Task& task, const GradientRuns<T>& runs,
                                     const Preparation<T>& prepare) const {
  if (task.state->deferred) task.state->deferred->settle();
  const Elements<T> all = elements_of<T>(*task.variable, task.state->slots);
  if (task.state->is_whole) {
    Tensor dense;
    return optimizer_.update(whole(all, *task.variable, runs, prepare, dense));
  }
  alignas(64) std::array<T, piece_size> block;
  runs.for_each_block(block, [&](std::size_t first, std::size_t size, const T* gradient) {
    run_rule(part_of(all, first, size, gradient), prepare);
  });
}

// Updates the rows that have a gradient where they lie, or returns false if rule or kernel would gain nothing by it.
template <class T>
bool Optimizer::Update::apply_in_place(const Task& task, const GradientRuns<T>& runs,
                                       const Preparation<T>& prepare) const {
  const bool is_ready = runs.unsorted_ids && prepare.scale == 1 && !prepare.limit;
  const auto row_size = static_cast<std::int64_t>(runs.row_size);
  if (!is_ready || !optimizer_.takes_listed_rows() || !kernels::in_place_pays(row_size)) return false;
  Elements<T> elements = elements_of<T>(*task.variable, task.state->slots);
  elements.size = runs.row_size;
  elements.gradient = runs.values;
  elements.rows = *runs.unsorted_ids;
  elements.decay = prepare.decay;
  if (!elements.rows.empty()) optimizer_.update(elements);
  return true;
}

// The rows that have a gradient, copied together as many at a time as one run of the rule can hold.
template <class T>
void Optimizer::Update::apply_to_listed(const Task& task, const GradientRuns<T>& runs,
                                        const Preparation<T>& prepare) const {
  if (apply_in_place<T>(task, runs, prepare)) return;
  PackedRows<T> packed(elements_of<T>(*task.variable, task.state->slots), runs.row_size);
  std::array<std::int32_t, PackedRows<T>::room> rows, positions;
  for (std::size_t first = 0; first < runs.listed(); first += packed.capacity()) {
    const std::size_t count = std::min(packed.capacity(), runs.listed() - first);
    for (std::size_t i = 0; i < count; ++i) rows[i] = static_cast<std::int32_t>(runs.row(first + i));
    for (std::size_t i = first + count; i < std::min(first + 2 * count, runs.listed()); ++i)
      packed.prefetch(runs.row(i));
    Elements<T> elements = packed.load({rows.data(), count});
    if (runs.unsorted_ids) {
      elements.gradient = runs.values + first * runs.row_size;
    } else {
      for (std::size_t i = 0; i < count; ++i)
        positions[i] = static_cast<std::int32_t>(detail::position_of(runs.keys[first + i]));
      elements.gradient = packed.load_gradient(runs.values, {positions.data(), count});
    }
    run_rule(elements, prepare);
    packed.store({rows.data(), count});
  }
}

// a ← γ·a + (1 − γ)·w, of the rows that the update has moved
template <class T>
void Optimizer::Update::average_listed(const Task& task, std::span<const std::int32_t> rows,
                                       std::size_t row_size) const {
  const T keep = static_cast<T>(options_.ema_momentum), take = static_cast<T>(1 - options_.ema_momentum);
  const T* const value = elements<T>(*task.variable);
  T* const average = elements<T>(task.state->average);
  for (const std::int32_t row : rows)
    for (std::size_t i = static_cast<std::size_t>(row) * row_size, end = i + row_size; i < end; ++i)
      average[i] = keep * average[i] + take * value[i];
  task.state->is_averaged = true;
}

template <class T>
void Optimizer::Update::apply_to_deferred(const Task& task, const GradientRuns<T>& runs,
                                          const Preparation<T>& prepare) const {
  std::span<const std::int32_t> rows = runs.unsorted_ids.value_or(std::span<const std::int32_t>());
  if (!runs.unsorted_ids) {
    std::vector<std::int32_t>& listed = task.state->rows;
    listed.clear();
    if (listed.capacity() < runs.listed()) listed.reserve(2 * runs.listed());
    for (std::size_t i = 0; i < runs.listed(); ++i) listed.push_back(static_cast<std::int32_t>(runs.row(i)));
    rows = listed;
  }
  task.state->deferred->begin_update(rows);
  apply_to_listed<T>(task, runs, prepare);
  if (options_.use_ema) average_listed<T>(task, rows, runs.row_size);
  task.state->deferred->add_update(step_, static_cast<double>(prepare.decay));
}

template <class T>
Preparation<T> Optimizer::Update::preparation_of(const Task& task) const {
  Preparation<T> prepare;
  prepare.scale = static_cast<T>(task.scale);
  prepare.decay = static_cast<T>(task.state->weight_decay * step_.learning_rate);
  if (options_.clipvalue) prepare.limit = static_cast<T>(*options_.clipvalue);
  return prepare;
}

template <class T>
void Optimizer::Update::apply_rule(Task& task) const {
  const Preparation<T> prepare = preparation_of<T>(task);
  const GradientRuns<T> runs = effective<T>(task);
  State& state = *task.state;
  state.take_rows(optimizer_, runs.by_rows);
  const bool is_listed = (runs.by_rows || !runs.values) && prepare.keeps_zero();
  if (is_listed && (state.path == RowPath::touched || state.path == RowPath::lazy))
    return apply_to_listed<T>(task, runs, prepare);
  const auto decay = static_cast<double>(prepare.decay);
  if (is_listed && state.deferred && state.deferred->covers(step_, decay) &&
      DeferredRows::pays(runs.listed(), *task.variable))
    return apply_to_deferred<T>(task, runs, prepare);
  optimizer_.sort_rows(task);
  apply_to_all<T>(task, effective<T>(task), prepare);
  if (state.deferred) state.deferred->add_update_of_all(step_, decay);
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
  deferred = std::make_shared<DeferredRows>(optimizer.deferred_rule(variable.dtype()), variable, slots, average,
                                            optimizer.options_.ema_momentum);
  rows_of_variable.owned = deferred;
  rows_of_variable.deferred = deferred.get();
}

void Optimizer::Update::apply_rule() {
  optimizer_.begin(step_);
  for (Task& task : optimizer_.tasks_)
    detail::for_floating_type(task.variable->dtype(), [&]<class T>(T) { apply_rule<T>(task); });
}

}  // namespace cornu::optim
