#include <cornu/framework/ops/recurrence.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include <cornu/framework/ops/plain_gradients.hpp>
#include <cornu/framework/ops/recurrence_order.hpp>
#include <cornu/framework/ops/recurrence_run.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops {

namespace {

using recurrent::Run;

// to = h after the step, but for what is cut
template <class T>
void copy_output(const Run& run, std::int64_t step, T* to) {
  const T* const h = run.before<T>(run.h, run.in.h, step + 1);
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
  if (run.states() > 0) to = std::copy_n(run.before<T>(run.h, run.in.h, run.steps()), size, to);
  if (run.states() > 1) std::copy_n(run.before<T>(run.c, run.in.c, run.steps()), size, to);
}

// left (rows, n)ᵀ · right (rows, m), added to `to`
template <class T>
void add_product(const T* left, std::int64_t n, const T* right, std::int64_t m, std::int64_t rows, T* to) {
  kernels::gemm({.transpose_a = true, .n = n, .m = m, .k = rows, .keep = true}, left, right, to);
}

// Σ leftᵀ · right over all rows, of a step and sample each
Tensor product_over_rows(const Tensor& left, const Tensor& right) {
  const std::int64_t n = left.dim(-1), m = right.dim(-1);
  const std::int64_t rows = left.rank() == 3 ? left.dim(0) * left.dim(1) : left.dim(0);
  Tensor sum = Tensor::zeros({n, m}, left.dtype());
  detail::for_floating_type(left.dtype(), [&]<class T>(T) {
    add_product(left.data<T>(), n, right.data<T>(), m, rows, sum.mutable_data<T>());
  });
  return sum;
}

// d_U = Σ_t h_beforeᵀ · d_recurrent: the first step, whose h lies elsewhere, and all others at once
Tensor recurrent_gradient(const Run& run, const Tensor& d_recurrent) {
  Tensor d_kernel = Tensor::zeros(run.in.recurrent_kernel.shape(), run.h.dtype());
  const std::int64_t batch = run.batch(), units = run.units(), width = run.width();
  if (run.steps() == 0) return d_kernel;
  detail::for_floating_type(run.h.dtype(), [&]<class T>(T) {
    const T* const d = d_recurrent.data<T>();
    T* const to = d_kernel.mutable_data<T>();
    add_product(run.in.h.data<T>(), units, d, width, batch, to);
    add_product(run.h.data<T>(), units, d + batch * width, width, (run.steps() - 1) * batch, to);
  });
  return d_kernel;
}

using Pointers = std::array<const Tensor*, 7>;
Pointers pointers_to(const Recurrence& in) {
  return {&in.inputs, &in.kernel, &in.bias, &in.recurrent_kernel, &in.recurrent_bias, &in.h, &in.c};
}

// Of what all steps and samples share: W, U and the biases.
void shared_gradients(const Run& run, const recurrent::RunGradients& d, detail::InputGradients& d_inputs) {
  const Recurrence& in = run.in;
  const auto counted = recurrent::counted_rows(run, d);
  const Tensor &x = counted ? counted->x : in.inputs, &d_projected = counted ? counted->d_projected : d.d_projected,
               &d_recurrent = counted ? counted->d_recurrent : d.d_recurrent;
  if (d_inputs.wanted(1)) d_inputs.add(1, product_over_rows(x, d_projected));
  if (in.bias.size() > 0 && d_inputs.wanted(2)) d_inputs.add(2, sum_to(d_projected, in.bias.shape()));
  if (d_inputs.wanted(3))
    d_inputs.add(3, counted ? product_over_rows(counted->h_before, d_recurrent) : recurrent_gradient(run, d_recurrent));
  if (in.recurrent_bias.size() > 0 && d_inputs.wanted(4))
    d_inputs.add(4, sum_to(d_recurrent, in.recurrent_bias.shape()));
}

void fused_gradients(const Run& run, const Tensor& d_out, detail::InputGradients& d_inputs) {
  const recurrent::RunGradients d =
      recurrent::run_backwards(run, recurrent::in_order(d_out, 1, run.order), d_inputs.wanted(0));
  const Tensor as_given = recurrent::inverse(run.order);
  if (d_inputs.wanted(0)) d_inputs.add(0, recurrent::in_order(d.d_inputs, 1, as_given));
  if (d_inputs.wanted(1) || d_inputs.wanted(2) || d_inputs.wanted(3) || d_inputs.wanted(4))
    shared_gradients(run, d, d_inputs);
  if (d_inputs.wanted(5)) d_inputs.add(5, recurrent::in_order(d.d_h, 0, as_given));
  if (d_inputs.wanted(6)) d_inputs.add(6, recurrent::in_order(d.d_c, 0, as_given));
}

// For when the gradients are differentiated again.
void plain_gradients(const Run& given, const Tensor& d_out, detail::InputGradients& d_inputs) {
  std::vector<Tensor> inputs;
  for (const Tensor* input : pointers_to(given.in)) inputs.push_back(*input);
  const auto plain = [&given](std::span<const Tensor> in) {
    return recurrence_of_ops(given.kind, {in[0], in[1], in[2], in[3], in[4], in[5], in[6], given.in.mask},
                             given.options);
  };
  add_plain_gradients(inputs, plain, d_out, d_inputs);
}

bool is_bias(const Tensor& bias, std::int64_t gates) { return bias.size() == 0 || bias.shape() == Shape{gates}; }

void require_fit(const Run& run) {
  const Recurrence& in = run.in;
  const std::int64_t gates = extents_product("recurrence", run.cell().gates, run.units());
  const Shape state{run.batch(), run.units()};
  const bool fits =
      in.kernel.shape() == Shape{run.features(), gates} && in.recurrent_kernel.shape() == Shape{run.units(), gates} &&
      is_bias(in.bias, gates) && is_bias(in.recurrent_bias, gates) && in.h.shape() == state &&
      (!run.has_carry() || in.c.shape() == state) && (!in.mask || in.mask->shape() == in.inputs.shape().slice(0, 2));
  if (!fits)
    throw ShapeError(
        "recurrence",
        fmt::format("shapes do not fit; got inputs {}, kernel {}, recurrent kernel {}, h {}; expected "
                    "(steps, batch, features), (features, {}), (units, {}) and (batch, units)",
                    in.inputs.shape(), in.kernel.shape(), in.recurrent_kernel.shape(), in.h.shape(), gates, gates));
}

// With nothing, or zeros, for what was left out.
Run begun(CellKind kind, const Recurrence& inputs, RecurrenceOptions options) {
  Run run{.kind = kind, .options = options, .in = inputs};
  Recurrence& in = run.in;
  const DType dtype = in.inputs.dtype();
  if (in.inputs.rank() != 3)
    throw ShapeError("recurrence", fmt::format("the inputs are no sequences; got {}; expected (steps, batch, features)",
                                               in.inputs.shape()));
  const std::int64_t units = in.recurrent_kernel.dim(0);
  if (!in.bias.defined()) in.bias = Tensor::zeros({0}, dtype);
  if (!in.recurrent_bias.defined()) in.recurrent_bias = Tensor::zeros({0}, dtype);
  if (!in.h.defined()) in.h = Tensor::zeros({run.batch(), units}, dtype);
  if (!in.c.defined()) in.c = Tensor::zeros({run.has_carry() ? run.batch() : 0, units}, dtype);
  require_fit(run);
  return run;
}

// The same with its samples in the order in which they are run.
Run ordered(Run run) {
  run.order = recurrent::order_by_length(run);
  Recurrence& in = run.in;
  in.inputs = recurrent::in_order(in.inputs, 1, run.order);
  in.h = recurrent::in_order(in.h, 0, run.order);
  in.c = recurrent::in_order(in.c, 0, run.order);
  if (in.mask) in.mask = recurrent::in_order(*in.mask, 1, run.order);
  return run;
}

}  // namespace

Tensor recurrence(CellKind kind, const Recurrence& inputs, RecurrenceOptions options) {
  const Run given = begun(kind, inputs, options);
  const Pointers pointers = pointers_to(given.in);
  const bool keep = std::any_of(pointers.begin(), pointers.end(), [](auto* x) { return detail::is_tracked(*x); });
  Run run = ordered(given);
  const std::int64_t steps = run.steps(), batch = run.batch(), units = run.units();
  const DType dtype = run.in.inputs.dtype();
  run.h = Tensor::uninitialized({steps, batch, units}, dtype);
  run.c = Tensor::uninitialized({run.has_carry() ? steps : 0, batch, units}, dtype);
  run.gates = Tensor::uninitialized(
      {keep ? steps : recurrent::steps_ahead(run), batch, extents_product("recurrence", run.cell().kept, units)},
      dtype);
  Tensor out = run.output_is_h() ? run.h : Tensor::uninitialized({run.outputs() + run.states(), batch, units}, dtype);
  recurrent::run_forwards(run, keep);
  if (!run.output_is_h()) detail::for_floating_type(dtype, [&]<class T>(T) { write_output<T>(run, out); });
  out = recurrent::in_order(out, 1, recurrent::inverse(run.order));
  return detail::record_joint(pointers, out, [given, run](const Tensor& d_out, detail::InputGradients& d_inputs) {
    detail::is_recording() ? plain_gradients(given, d_out, d_inputs) : fused_gradients(run, d_out, d_inputs);
  });
}

}  // namespace cornu::ops
