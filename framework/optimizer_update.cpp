#include <cornu/framework/optimizer_update.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <cornu/framework/constraints.hpp>
#include <cornu/framework/dispatch.hpp>

namespace cornu::optim {

using detail::GradientRuns;

namespace {

template <class F>
void for_type_of(const Variable& variable, F f) {
  detail::for_floating_type(variable.dtype(), f);
}

template <class T>
T* writable(const Variable& variable) {
  return variable.writable().mutable_data<T>();
}

std::size_t size_of(const Variable& variable) { return static_cast<std::size_t>(variable.peek().size()); }

}  // namespace

Optimizer::Update::Update(Optimizer& optimizer, double learning_rate)
    : optimizer_(optimizer),
      options_(optimizer.options_),
      learning_rate_(learning_rate),
      batches_(optimizer.iteration_.peek().item<std::int64_t>()),
      accumulates_(options_.gradient_accumulation_steps.value_or(1)) {}

void Optimizer::Update::run() {
  if (accumulates_ > 1) accumulate();
  if ((batches_ + 1) % accumulates_ == 0) {
    scale_gradients();
    apply_rule();
  }
  if (options_.use_ema) average_weights();
  ++*writable<std::int64_t>(optimizer_.iteration_);
  constrain();
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
  return runs;
}

template <class T>
GradientRuns<T> Optimizer::Update::accumulated(const Task& task) const {
  GradientRuns<T> runs = given<T>(task);
  runs.by_rows = false;
  runs.values = task.state->accumulator.peek().data<T>();
  return runs;
}

template <class T>
GradientRuns<T> Optimizer::Update::effective(const Task& task) const {
  return accumulates_ > 1 ? accumulated<T>(task) : given<T>(task);
}

void Optimizer::Update::accumulate() {
  const double scale = 1 / options_.loss_scale_factor.value_or(1);
  for (const Task& task : optimizer_.tasks_)
    for_type_of(*task.variable, [&]<class T>(T) {
      T* const sum = writable<T>(task.state->accumulator);
      given<T>(task).for_each([&](std::size_t first, std::size_t size, const T* gradient) {
        if (!gradient) return;
        for (std::size_t i = 0; i < size; ++i) sum[first + i] += gradient[i] * static_cast<T>(scale);
      });
    });
}

double Optimizer::Update::norm_of(const Task& task) const {
  double sum = 0;
  for_type_of(*task.variable, [&]<class T>(T) { sum = effective<T>(task).sum_of_squares(); });
  return std::sqrt(sum) * task.scale;
}

// g · c / max(norm, c), with the norm of each gradient or of all together; of the latter Keras makes NaN of what is not
// finite.
void Optimizer::Update::scale_gradients() {
  const double accumulated = static_cast<double>(accumulates_);
  for (Task& task : optimizer_.tasks_)
    task.scale = accumulates_ > 1 ? 1 / accumulated : 1 / options_.loss_scale_factor.value_or(1);

  if (const auto limit = options_.clipnorm)
    for (Task& task : optimizer_.tasks_) task.scale *= *limit / std::max(norm_of(task), *limit);
  if (const auto limit = options_.global_clipnorm) {
    double norm = 0;
    for (const Task& task : optimizer_.tasks_) norm = std::hypot(norm, norm_of(task));
    const double scale =
        std::isfinite(norm) ? *limit / std::max(norm, *limit) : std::numeric_limits<double>::quiet_NaN();
    for (Task& task : optimizer_.tasks_) task.scale *= scale;
  }
}

// ── the weights ─────────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

// Runs are cut into pieces that stay in the cache while decay, clipping and the rule pass over them.
constexpr std::size_t piece_size = 1024;

template <class T>
struct Preparation {
  T scale;                 // of the gradient
  std::optional<T> limit;  // of its elements
  T decay;                 // w ← w − w · decay

  bool is_needed() const { return scale != 1 || limit || decay != 0; }
  // With a scale that is not finite a gradient of zero is NaN, whether it is written out or not.
  bool keeps_zero() const { return std::isfinite(scale); }

  const T* operator()(T* value, const T* gradient, std::size_t size, T* buffer) const {
    if (decay != 0)
      for (std::size_t i = 0; i < size; ++i) value[i] -= value[i] * decay;
    if (!gradient && keeps_zero()) return nullptr;
    for (std::size_t i = 0; i < size; ++i) buffer[i] = (gradient ? gradient[i] : T(0)) * scale;
    if (limit)
      for (std::size_t i = 0; i < size; ++i) buffer[i] = std::clamp(buffer[i], -*limit, *limit);
    return buffer;
  }
};

template <class T>
Elements<T> part_of(const Elements<T>& all, std::size_t first, std::size_t size, const T* gradient) {
  Elements<T> part{size, all.value + first, {}, gradient};
  for (std::size_t i = 0; i < part.slots.size(); ++i) part.slots[i] = all.slots[i] ? all.slots[i] + first : nullptr;
  return part;
}

// All elements at once, their weights decayed: rows become a table in `dense`, as does a gradient to be scaled or
// clipped.
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
    if (!prepare(all.value + first, gradient, size, part) && part) std::fill_n(part, size, T(0));
  });
  all.gradient = buffer;
  return all;
}

}  // namespace

template <class T>
void Optimizer::Update::apply_rule(const Task& task) const {
  Elements<T> all{size_of(*task.variable), writable<T>(*task.variable), {}, nullptr};
  for (std::size_t i = 0; i < task.state->slots.size(); ++i)
    if (task.state->slots[i].dtype() == task.variable->dtype()) all.slots[i] = writable<T>(task.state->slots[i]);
  Preparation<T> prepare{static_cast<T>(task.scale), {}, static_cast<T>(task.state->weight_decay * learning_rate_)};
  if (options_.clipvalue) prepare.limit = static_cast<T>(*options_.clipvalue);
  if (task.state->is_whole) {
    Tensor dense;
    return optimizer_.update(whole(all, *task.variable, effective<T>(task), prepare, dense));
  }
  const bool leaves_zero = prepare.keeps_zero() && prepare.decay == 0 && !optimizer_.moves_without_gradient();

  const auto visit = [&](std::size_t first, std::size_t size, const T* gradient) {
    if (!gradient && leaves_zero) return;
    if (!prepare.is_needed()) return optimizer_.update(part_of(all, first, size, gradient));
    alignas(64) std::array<T, piece_size> buffer;
    for (std::size_t done = 0; done < size; done += piece_size) {
      const std::size_t piece = std::min(piece_size, size - done);
      const T* prepared = prepare(all.value + first + done, gradient ? gradient + done : nullptr, piece, buffer.data());
      optimizer_.update(part_of(all, first + done, piece, prepared));
    }
  };
  if (leaves_zero) return effective<T>(task).for_each(visit);
  alignas(64) std::array<T, piece_size> block;
  effective<T>(task).for_each_block(block, visit);
}

void Optimizer::Update::apply_rule() {
  optimizer_.begin({learning_rate_, batches_ / accumulates_ + 1});
  for (const Task& task : optimizer_.tasks_)
    for_type_of(*task.variable, [&]<class T>(T) {
      apply_rule<T>(task);
      if (accumulates_ > 1) std::fill_n(writable<T>(task.state->accumulator), size_of(*task.variable), T(0));
    });
}

// a ← γ·a + (1 − γ)·w, of every variable the optimizer knows; the first time a ← w
void Optimizer::Update::average_weights() {
  const std::int64_t updates = batches_ / accumulates_;
  const double momentum = updates == 0 ? 0 : options_.ema_momentum;
  for (const auto& state : optimizer_.states_)
    for_type_of(state->variable, [&]<class T>(T) {
      const T keep = static_cast<T>(momentum), take = static_cast<T>(1 - momentum);
      const T* const value = state->variable.peek().data<T>();
      T* const average = writable<T>(state->average);
      for (std::size_t i = 0; i < size_of(state->variable); ++i) average[i] = keep * average[i] + take * value[i];
    });
  if (options_.ema_overwrite_frequency && (updates + 1) % *options_.ema_overwrite_frequency == 0)
    optimizer_.finalize_variable_values();
}

void Optimizer::finalize_variable_values() {
  for (const auto& state : states_)
    if (state->average.defined()) state->variable.assign(state->average.peek());
}

void Optimizer::Update::constrain() {
  for (const Task& task : optimizer_.tasks_)
    if (const auto& constraint = task.variable->body().constraint)
      task.state->variable.assign((*constraint)(task.variable->peek()));
}

}  // namespace cornu::optim
