#include <cornu/framework/ops/recurrence.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/kernels/gemm.hpp>
#include <cornu/framework/kernels/recurrent.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/run_cell.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops {

namespace {

struct Cell {
  std::int64_t gates;  // matrices side by side in U
  std::int64_t kept;   // values a unit that the gradient wants
};
constexpr Cell cells[] = {{1, 0}, {4, 4}, {3, 4}};

// A run over a sequence: what went in, with zeros for what was left out, and what the gradient wants of it.
struct Run {
  CellKind kind;
  RecurrenceOptions options;
  Recurrence inputs;
  Tensor h, c;   // (steps, batch, units), after each step
  Tensor gates;  // (steps, batch, kept · units)

  Cell cell() const { return cells[static_cast<std::size_t>(kind)]; }
  bool has_carry() const { return kind == CellKind::lstm; }
  bool has_bias() const { return inputs.recurrent_bias.size() > 0; }
  std::int64_t steps() const { return inputs.projected.shape()[0]; }
  std::int64_t batch() const { return inputs.projected.shape()[1]; }
  std::int64_t units() const { return inputs.recurrent_kernel.shape()[0]; }
  std::int64_t state_size() const { return batch() * units(); }
  std::int64_t outputs() const { return options.return_sequences ? steps() : 1; }
  bool output_is_h() const {
    return options.return_sequences && !options.return_state && !(options.zero_output_for_mask && inputs.mask);
  }
  std::int64_t states() const { return options.return_state ? (has_carry() ? 2 : 1) : 0; }

  const bool* counts(std::int64_t step) const {
    return inputs.mask ? inputs.mask->data<bool>() + step * batch() : nullptr;
  }
  template <class T>
  const T* before(const Tensor& states, const Tensor& first, std::int64_t step) const {
    return step == 0 ? first.data<T>() : states.data<T>() + (step - 1) * state_size();
  }
  // Whether the output of a step and sample is 0 whatever its state.
  bool is_cut(std::int64_t step, std::int64_t sample) const {
    return options.zero_output_for_mask && step >= 0 && inputs.mask && !counts(step)[sample];
  }
};

template <class T>
auto kernel_of(CellKind kind) {
  const auto& kernels = kernels::table<kernels::RecurrentKernels<T>>();
  return kind == CellKind::lstm ? kernels.lstm : kind == CellKind::gru ? kernels.gru : kernels.simple_rnn;
}
template <class T>
auto gradient_kernel_of(CellKind kind) {
  const auto& kernels = kernels::table<kernels::RecurrentKernels<T>>();
  return kind == CellKind::lstm  ? kernels.lstm_gradient
         : kind == CellKind::gru ? kernels.gru_gradient
                                 : kernels.simple_rnn_gradient;
}

// The recurrent kernel, packed once for the products of all steps: h (batch, units) · U, or d (batch, gates) · Uᵀ.
template <class T>
class PackedKernel {
 public:
  PackedKernel(const Run& run, bool transpose, std::int64_t k, std::int64_t m)
      : memory_(Tensor::uninitialized({kernels::PackedMatrix<T>::size(k, m)}, run.h.dtype())),
        packed_(run.inputs.recurrent_kernel.data<T>(), transpose, k, m, memory_.mutable_data<T>()),
        k_(k) {}
  void multiply(const T* a, std::int64_t rows, bool keep, T* out) const { packed_.multiply(a, k_, rows, keep, out); }

 private:
  Tensor memory_;
  kernels::PackedMatrix<T> packed_;
  std::int64_t k_;
};

// The states after each step. `keep`: the gates of all steps, for the gradient; otherwise they share their memory.
template <class T>
void run_forwards(Run& run, bool keep) {
  if (run.state_size() == 0) return;
  const std::int64_t batch = run.batch(), units = run.units(), gates = run.cell().gates * units;
  Tensor product = Tensor::uninitialized({batch, gates}, run.h.dtype());
  T *const recurrent = product.mutable_data<T>(), *const h = run.h.mutable_data<T>();
  T *const c = run.has_carry() ? run.c.mutable_data<T>() : nullptr, *const kept = run.gates.mutable_data<T>();
  const T *const projected = run.inputs.projected.data<T>(), *const bias = run.inputs.recurrent_bias.data<T>();
  const PackedKernel<T> kernel(run, false, units, gates);
  for (std::int64_t t = 0; t < run.steps(); ++t) {
    if (run.has_bias())
      for (std::int64_t b = 0; b < batch; ++b) std::copy_n(bias, gates, recurrent + b * gates);
    const T* const h_before = run.before<T>(run.h, run.inputs.h, t);
    kernel.multiply(h_before, batch, run.has_bias(), recurrent);
    kernel_of<T>(run.kind)({.rows = batch,
                            .units = units,
                            .counts = run.counts(t),
                            .projected = projected + t * batch * gates,
                            .recurrent = recurrent,
                            .h_before = h_before,
                            .c_before = c ? run.before<T>(run.c, run.inputs.c, t) : nullptr,
                            .gates = kept + (keep ? t : 0) * run.cell().kept * run.state_size(),
                            .c = c ? c + t * run.state_size() : nullptr,
                            .h = h + t * run.state_size()});
  }
}

// to = h after the step, but for what is cut
template <class T>
void copy_output(const Run& run, std::int64_t step, T* to) {
  const T* const h = run.before<T>(run.h, run.inputs.h, step + 1);
  const std::int64_t units = run.units();
  for (std::int64_t b = 0; b < run.batch(); ++b) {
    if (run.is_cut(step, b))
      std::fill_n(to + b * units, units, T());
    else
      std::copy_n(h + b * units, units, to + b * units);
  }
}

template <class T>
void write_output(const Run& run, Tensor& out) {
  if (run.state_size() == 0) return;
  const std::int64_t size = run.state_size(), first = run.steps() - run.outputs();
  T* to = out.mutable_data<T>();
  for (std::int64_t t = first; t < run.steps(); ++t, to += size) copy_output(run, t, to);
  if (run.states() > 0) to = std::copy_n(run.before<T>(run.h, run.inputs.h, run.steps()), size, to);
  if (run.states() > 1) std::copy_n(run.before<T>(run.c, run.inputs.c, run.steps()), size, to);
}

// d_h += the gradient of the output of a step
template <class T>
void add_output_gradient(const Run& run, std::int64_t step, const T* d_out, T* d_h) {
  for (std::int64_t b = 0; b < run.batch(); ++b, d_out += run.units(), d_h += run.units())
    if (!run.is_cut(step, b)) std::transform(d_out, d_out + run.units(), d_h, d_h, std::plus<T>());
}

// What arrives at the projections, the products h·U (+ b) and the states before.
struct StepGradients {
  Tensor d_projected, d_recurrent;  // one tensor but for a GRU
  Tensor d_h, d_c;
};

StepGradients gradients_for(const Run& run) {
  const Shape& shape = run.inputs.projected.shape();
  const DType dtype = run.h.dtype();
  StepGradients d;
  d.d_projected = Tensor::uninitialized(shape, dtype);
  d.d_recurrent = run.kind == CellKind::gru ? Tensor::uninitialized(shape, dtype) : d.d_projected;
  d.d_h = Tensor::zeros(run.inputs.h.shape(), dtype);
  d.d_c = Tensor::zeros(run.inputs.c.shape(), dtype);
  return d;
}

template <class T>
void run_backwards(const Run& run, const Tensor& d_out, StepGradients& d) {
  if (run.state_size() == 0) return;
  const std::int64_t batch = run.batch(), units = run.units(), size = run.state_size();
  const std::int64_t gates = run.cell().gates * units;
  const T* const d_outputs = d_out.data<T>();
  const T* const d_states = d_outputs + run.outputs() * size;
  if (run.states() > 0) std::copy_n(d_states, size, d.d_h.mutable_data<T>());
  if (run.states() > 1) std::copy_n(d_states + size, size, d.d_c.mutable_data<T>());
  if (!run.options.return_sequences) add_output_gradient(run, run.steps() - 1, d_outputs, d.d_h.mutable_data<T>());
  Tensor d_h_before = Tensor::uninitialized(d.d_h.shape(), d.d_h.dtype());
  const PackedKernel<T> transposed(run, true, gates, units);
  for (std::int64_t t = run.steps() - 1; t >= 0; --t) {
    if (run.options.return_sequences) add_output_gradient(run, t, d_outputs + t * size, d.d_h.mutable_data<T>());
    T* const d_recurrent = d.d_recurrent.mutable_data<T>() + t * batch * gates;
    gradient_kernel_of<T>(run.kind)({.rows = batch,
                                     .units = units,
                                     .counts = run.counts(t),
                                     .gates = run.gates.data<T>() + t * run.cell().kept * size,
                                     .h_before = run.before<T>(run.h, run.inputs.h, t),
                                     .c_before = run.has_carry() ? run.before<T>(run.c, run.inputs.c, t) : nullptr,
                                     .c = run.has_carry() ? run.c.data<T>() + t * size : nullptr,
                                     .h = run.h.data<T>() + t * size,
                                     .d_h = d.d_h.data<T>(),
                                     .d_c = d.d_c.mutable_data<T>(),
                                     .d_projected = d.d_projected.mutable_data<T>() + t * batch * gates,
                                     .d_recurrent = d_recurrent,
                                     .d_h_before = d_h_before.mutable_data<T>()});
    transposed.multiply(d_recurrent, batch, true, d_h_before.mutable_data<T>());
    std::swap(d.d_h, d_h_before);
  }
}

// d_U = Σ_t h_beforeᵀ · d_recurrent: the first step, whose h lies elsewhere, and all others at once
Tensor kernel_gradient(const Run& run, const Tensor& d_recurrent) {
  Tensor d_kernel = Tensor::zeros(run.inputs.recurrent_kernel.shape(), run.h.dtype());
  const std::int64_t batch = run.batch(), units = run.units(), gates = run.cell().gates * units;
  if (run.steps() == 0) return d_kernel;
  detail::for_floating_type(run.h.dtype(), [&]<class T>(T) {
    const T* const d = d_recurrent.data<T>();
    T* const to = d_kernel.mutable_data<T>();
    kernels::gemm({.transpose_a = true, .n = units, .m = gates, .k = batch}, run.inputs.h.data<T>(), d, to);
    kernels::gemm({.transpose_a = true, .n = units, .m = gates, .k = (run.steps() - 1) * batch, .keep = true},
                  run.h.data<T>(), d + batch * gates, to);
  });
  return d_kernel;
}

using Pointers = std::array<const Tensor*, 5>;
Pointers pointers_to(const Recurrence& in) {
  return {&in.projected, &in.recurrent_kernel, &in.recurrent_bias, &in.h, &in.c};
}

void fused_gradients(const Run& run, const Tensor& d_out, detail::InputGradients& d_inputs) {
  StepGradients d = gradients_for(run);
  detail::for_floating_type(d_out.dtype(), [&]<class T>(T) { run_backwards<T>(run, d_out, d); });
  if (d_inputs.wanted(0)) d_inputs.add(0, d.d_projected);
  if (d_inputs.wanted(1)) d_inputs.add(1, kernel_gradient(run, d.d_recurrent));
  if (run.has_bias() && d_inputs.wanted(2)) d_inputs.add(2, sum_to(d.d_recurrent, run.inputs.recurrent_bias.shape()));
  if (d_inputs.wanted(3)) d_inputs.add(3, d.d_h);
  if (d_inputs.wanted(4)) d_inputs.add(4, d.d_c);
}

// The same elements as a tensor of its own, which d_x passes.
Tensor alias_of(const Tensor& x) {
  return detail::record(x.with_shape(x.shape()), detail::wrt(x, [](const Tensor& d_out) { return d_out; }));
}

// For when the gradients are differentiated again: those of the plain form, recorded.
void plain_gradients(const Run& run, const Tensor& d_out, detail::InputGradients& d_inputs) {
  const Recurrence& in = run.inputs;
  const Recurrence inputs{.projected = alias_of(in.projected),
                          .recurrent_kernel = alias_of(in.recurrent_kernel),
                          .recurrent_bias = alias_of(in.recurrent_bias),
                          .h = alias_of(in.h),
                          .c = alias_of(in.c),
                          .mask = in.mask};
  GradientTape tape({.persistent = true, .watch_accessed_variables = false});
  for (const Tensor* input : pointers_to(inputs)) tape.watch(*input);
  const Tensor target = sum(recurrence_of_ops(run.kind, inputs, run.options) * d_out);
  const Pointers pointers = pointers_to(inputs);
  for (std::size_t i = 0; i < pointers.size(); ++i)
    if (d_inputs.wanted(i)) d_inputs.add(i, tape.gradient(target, *pointers[i]));
}

void require_fit(const Run& run) {
  const Recurrence& in = run.inputs;
  const std::int64_t gates = extents_product("recurrence", run.cell().gates, run.units());
  const Shape state{run.batch(), run.units()};
  const bool fits = in.projected.shape().dim(2) == gates && in.recurrent_kernel.shape() == Shape{run.units(), gates} &&
                    (!run.has_bias() || in.recurrent_bias.shape() == Shape{gates}) && in.h.shape() == state &&
                    (!run.has_carry() || in.c.shape() == state) &&
                    (!in.mask || in.mask->shape() == in.projected.shape().slice(0, 2));
  if (!fits || in.projected.rank() != 3)
    throw ShapeError("recurrence",
                     fmt::format("shapes do not fit; got projected {}, kernel {}, h {}; expected (steps, "
                                 "batch, {}), (units, {}) and (batch, units)",
                                 in.projected.shape(), in.recurrent_kernel.shape(), in.h.shape(), gates, gates));
}

}  // namespace

Tensor recurrence(CellKind kind, const Recurrence& inputs, RecurrenceOptions options) {
  const std::int64_t batch = inputs.projected.dim(1), units = inputs.recurrent_kernel.dim(0);
  const DType dtype = inputs.projected.dtype();
  Run run{.kind = kind, .options = options, .inputs = inputs, .h = {}, .c = {}, .gates = {}};
  if (!inputs.recurrent_bias.defined()) run.inputs.recurrent_bias = Tensor::zeros({0}, dtype);
  if (!inputs.h.defined()) run.inputs.h = Tensor::zeros({batch, units}, dtype);
  if (!inputs.c.defined()) run.inputs.c = Tensor::zeros({run.has_carry() ? batch : 0, units}, dtype);
  require_fit(run);
  const Pointers pointers = pointers_to(run.inputs);
  const bool keep = std::any_of(pointers.begin(), pointers.end(), [](auto* x) { return detail::is_tracked(*x); });
  const std::int64_t steps = run.steps();
  run.h = Tensor::uninitialized({steps, batch, units}, dtype);
  run.c = Tensor::uninitialized({run.has_carry() ? steps : 0, batch, units}, dtype);
  run.gates =
      Tensor::uninitialized({keep ? steps : 1, batch, extents_product("recurrence", run.cell().kept, units)}, dtype);
  Tensor out = run.output_is_h() ? run.h : Tensor::uninitialized({run.outputs() + run.states(), batch, units}, dtype);
  detail::for_floating_type(dtype, [&]<class T>(T) {
    run_forwards<T>(run, keep);
    if (!run.output_is_h()) write_output<T>(run, out);
  });
  return detail::record_joint(pointers, out, [run](const Tensor& d_out, detail::InputGradients& d_inputs) {
    detail::is_recording() ? plain_gradients(run, d_out, d_inputs) : fused_gradients(run, d_out, d_inputs);
  });
}

}  // namespace cornu::ops
