#include <cornu/framework/ops/layer_normalization.hpp>

#include <numeric>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/kernels/layer_normalization.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops {

namespace {

Axes last_axes(std::size_t axes) {
  std::vector<std::int64_t> all(axes);
  std::iota(all.begin(), all.end(), -static_cast<std::int64_t>(axes));
  return Axes(all);
}

}  // namespace

Tensor layer_normalization_of_ops(const Tensor& x, const Tensor& gamma, const Tensor& beta, double epsilon,
                                  std::size_t axes) {
  const ReduceOptions over{.axis = last_axes(axes), .keepdims = true};
  const Tensor centred = x - mean(x, over), inverse = rsqrt(mean(square(centred), over) + epsilon);
  const Tensor y = centred * (gamma.defined() ? inverse * gamma : inverse);
  return beta.defined() ? y + beta : y;
}

namespace {

// What went in, with no element for what was left out, and what the gradient wants besides.
struct Run {
  Tensor x, gamma, beta;
  double epsilon;
  std::size_t axes;
  Tensor mean, inverse;  // (rows,)

  Shape extents() const { return x.shape().slice(x.rank() - axes, x.rank()); }
};

Tensor if_any(const Tensor& weight) { return weight.size() > 0 ? weight : Tensor(); }

// `run` shares its tensors, which the kernels write to.
template <class T>
kernels::NormalizedRows<T> rows_of(Run run) {
  return {.rows = run.mean.size(),
          .columns = run.extents().size(),
          .x = run.x.data<T>(),
          .gamma = run.gamma.size() > 0 ? run.gamma.data<T>() : nullptr,
          .beta = run.beta.size() > 0 ? run.beta.data<T>() : nullptr,
          .epsilon = static_cast<T>(run.epsilon),
          .mean = run.mean.mutable_data<T>(),
          .inverse = run.inverse.mutable_data<T>()};
}

void fused_gradients(const Run& run, const Tensor& d_y, detail::InputGradients& d_inputs) {
  Tensor d_x = Tensor::uninitialized(run.x.shape(), run.x.dtype());
  Tensor d_gamma = Tensor::uninitialized(run.extents(), float64),
         d_beta = Tensor::uninitialized(run.extents(), float64);
  detail::for_floating_type(d_y.dtype(), [&]<class T>(T) {
    kernels::table<kernels::LayerNormalizationKernels<T>>().normalize_gradient(
        rows_of<T>(run), d_y.data<T>(), d_x.mutable_data<T>(), d_gamma.mutable_data<double>(),
        d_beta.mutable_data<double>());
  });
  if (d_inputs.wanted(0)) d_inputs.add(0, d_x);
  if (run.gamma.size() > 0 && d_inputs.wanted(1)) d_inputs.add(1, cast(d_gamma, d_y.dtype()));
  if (run.beta.size() > 0 && d_inputs.wanted(2)) d_inputs.add(2, cast(d_beta, d_y.dtype()));
}

// The same elements as a tensor of its own, which d_x passes.
Tensor alias_of(const Tensor& x) {
  return detail::record(x.with_shape(x.shape()), detail::wrt(x, [](const Tensor& d_out) { return d_out; }));
}

// For when the gradients are differentiated again: those of the plain form, recorded.
void plain_gradients(const Run& run, const Tensor& d_y, detail::InputGradients& d_inputs) {
  const Tensor inputs[] = {alias_of(run.x), alias_of(run.gamma), alias_of(run.beta)};
  GradientTape tape({.persistent = true, .watch_accessed_variables = false});
  for (const Tensor& input : inputs) tape.watch(input);
  const Tensor y = layer_normalization_of_ops(inputs[0], if_any(inputs[1]), if_any(inputs[2]), run.epsilon, run.axes);
  const Tensor target = sum(y * d_y);
  for (std::size_t i = 0; i < std::size(inputs); ++i)
    if (d_inputs.wanted(i)) d_inputs.add(i, tape.gradient(target, inputs[i]));
}

void require_weight(const char* name, const Tensor& weight, const Run& run) {
  if (weight.size() == 0 || weight.shape() == run.extents()) return;
  throw ShapeError("layer_normalization", fmt::format("{} does not fit; got {} for an input {}; expected {}", name,
                                                      weight.shape(), run.x.shape(), run.extents()));
}

}  // namespace

Tensor layer_normalization(const Tensor& x, const Tensor& gamma, const Tensor& beta, double epsilon, std::size_t axes) {
  require_floating("layer_normalization", x);
  const Tensor none = Tensor::zeros({0}, x.dtype());
  Run run{x, gamma.defined() ? gamma : none, beta.defined() ? beta : none, epsilon, axes, {}, {}};
  require_same_dtype("layer_normalization", x, run.gamma);
  require_same_dtype("layer_normalization", x, run.beta);
  require_weight("gamma", run.gamma, run);
  require_weight("beta", run.beta, run);
  if (x.size() == 0) return layer_normalization_of_ops(x, gamma, beta, epsilon, axes);
  run.mean = Tensor::uninitialized({x.size() / run.extents().size()}, x.dtype());
  run.inverse = Tensor::uninitialized(run.mean.shape(), x.dtype());
  Tensor y = Tensor::uninitialized(x.shape(), x.dtype());
  detail::for_floating_type(x.dtype(), [&]<class T>(T) {
    kernels::table<kernels::LayerNormalizationKernels<T>>().normalize(rows_of<T>(run), y.mutable_data<T>());
  });
  const Tensor* const inputs[] = {&x, &run.gamma, &run.beta};
  return detail::record_joint(inputs, y, [run](const Tensor& d_y, detail::InputGradients& d_inputs) {
    detail::is_recording() ? plain_gradients(run, d_y, d_inputs) : fused_gradients(run, d_y, d_inputs);
  });
}

}  // namespace cornu::ops
