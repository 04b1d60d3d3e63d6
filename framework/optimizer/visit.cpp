// What an update does to the elements of a variable that it visits.
#include <algorithm>
#include <array>

#include <cornu/framework/kernels/run.hpp>
#include <cornu/framework/optimizer/update.hpp>
#include <cornu/framework/rule/packed_rows.hpp>
#include <cornu/framework/rule/run_of.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::optim {

using detail::for_pieces, detail::for_pieces_if, detail::GradientRuns, detail::rows_a_piece;

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
// `dense`, which is defined then.
template <class T>
Elements<T> whole(Elements<T> all, const Variable& variable, const GradientRuns<T>& runs, const Preparation<T>& prepare,
                  Tensor dense) {
  all.shape = &variable.shape();
  all.gradient = runs.values;
  if (!runs.by_rows && !prepare.is_needed()) return all;
  T* const buffer = dense.defined() ? dense.mutable_data<T>() : nullptr;
  runs.for_each_part([&](const GradientRuns<T>& some) {
    some.for_each([&](std::size_t first, std::size_t size, const T* gradient) {
      T* const part = buffer ? buffer + first : nullptr;
      if (!prepared(prepare, all.value + first, gradient, size, part) && part) std::fill_n(part, size, T(0));
    });
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
  const Elements<T> all = elements_of<T>(*task.variable, task.state->slots);
  if (task.state->is_whole) return optimizer_.update(whole(all, *task.variable, runs, prepare, task.dense));
  const auto apply_to = [&](const GradientRuns<T>& some) {
    alignas(64) std::array<T, piece_size> block;
    some.for_each_block(block, [&](std::size_t first, std::size_t size, const T* gradient) {
      run_rule(part_of(all, first, size, gradient), prepare);
    });
  };
  optimizer_.runs_on_threads() ? runs.for_each_part(apply_to) : apply_to(runs);
}

// Updates the rows that have a gradient where they lie, or returns false if rule or kernel would gain nothing by it.
template <class T>
bool Optimizer::Update::apply_in_place(const Task& task, const GradientRuns<T>& runs,
                                       const Preparation<T>& prepare) const {
  const bool is_ready = runs.unsorted_ids && prepare.scale == 1 && !prepare.limit;
  const auto row_size = static_cast<std::int64_t>(runs.row_size);
  if (!is_ready || !optimizer_.takes_listed_rows() || !kernels::in_place_pays(row_size)) return false;
  Elements<T> all = elements_of<T>(*task.variable, task.state->slots);
  all.size = runs.row_size;
  all.decay = prepare.decay;
  const auto apply_to = [&](std::size_t first, std::size_t last) {
    Elements<T> some = all;
    some.gradient = runs.values + first * runs.row_size;
    some.rows = runs.unsorted_ids->subspan(first, last - first);
    optimizer_.update(some);
  };
  for_pieces_if(optimizer_.runs_on_threads(), runs.listed(), rows_a_piece(runs.listed(), runs.row_size), apply_to);
  return true;
}

// The rows that have a gradient, copied together as many at a time as one run of the rule can hold.
template <class T>
void Optimizer::Update::apply_to_listed(const Task& task, const GradientRuns<T>& runs,
                                        const Preparation<T>& prepare) const {
  if (apply_in_place<T>(task, runs, prepare)) return;
  const Elements<T> all = elements_of<T>(*task.variable, task.state->slots);
  for_pieces_if(optimizer_.runs_on_threads(), runs.listed(), rows_a_piece(runs.listed(), runs.row_size),
                [&](std::size_t first, std::size_t last) { apply_to_copies(all, runs, first, last, prepare); });
}

// The rows first … end − 1 of those listed.
template <class T>
void Optimizer::Update::apply_to_copies(const Elements<T>& all, const GradientRuns<T>& runs, std::size_t first,
                                        std::size_t end, const Preparation<T>& prepare) const {
  PackedRows<T> packed(all, runs.row_size);
  std::array<std::int32_t, PackedRows<T>::room> rows, positions;
  for (; first < end; first += packed.capacity()) {
    const std::size_t count = std::min(packed.capacity(), end - first);
    for (std::size_t i = 0; i < count; ++i) rows[i] = static_cast<std::int32_t>(runs.row(first + i));
    for (std::size_t i = first + count; i < std::min(first + 2 * count, end); ++i) packed.prefetch(runs.row(i));
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
  for_pieces(rows.size(), rows_a_piece(rows.size(), row_size), [=](std::size_t first, std::size_t last) {
    for (const std::int32_t row : rows.subspan(first, last - first))
      for (std::size_t i = static_cast<std::size_t>(row) * row_size, end = i + row_size; i < end; ++i)
        average[i] = keep * average[i] + take * value[i];
  });
  task.state->is_averaged = true;
}

template <class T>
void Optimizer::Update::apply_to_deferred(const Task& task, const GradientRuns<T>& runs,
                                          const Preparation<T>& prepare) const {
  const std::span<const std::int32_t> rows = runs.unsorted_ids.value_or(std::span(task.state->rows));
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
template Preparation<float> Optimizer::Update::preparation_of(const Task& task) const;
template Preparation<double> Optimizer::Update::preparation_of(const Task& task) const;

template <class T>
void Optimizer::Update::apply_rule(const Task& task) const {
  const Preparation<T> prepare = preparation_of<T>(task);
  const GradientRuns<T> runs = effective<T>(task);
  if (task.visit == Visit::listed) return apply_to_listed<T>(task, runs, prepare);
  if (task.visit == Visit::deferred) return apply_to_deferred<T>(task, runs, prepare);
  apply_to_all<T>(task, runs, prepare);
  if (task.state->deferred) task.state->deferred->add_update_of_all(step_, static_cast<double>(prepare.decay));
}
template void Optimizer::Update::apply_rule<float>(const Task& task) const;
template void Optimizer::Update::apply_rule<double>(const Task& task) const;

}  // namespace cornu::optim
