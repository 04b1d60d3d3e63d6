#include <cornu/framework/ops/layer_normalization.hpp>

#include <numeric>

#include <cornu/framework/kernels/layer_normalization.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/plain_gradients.hpp>
#include <cornu/framework/ops/sums_over_rows.hpp>
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

// Rows first … last − 1. `run` shares its tensors, which the kernels write to.
template <class T>
kernels::NormalizedRows<T> rows_of(Run run, std::int64_t first, std::int64_t last) {
  const std::int64_t columns = run.extents().size();
  return {.rows = last - first,
          .columns = columns,
          .x = run.x.data<T>() + first * columns,
          .gamma = run.gamma.size() > 0 ? run.gamma.data<T>() : nullptr,
          .beta = run.beta.size() > 0 ? run.beta.data<T>() : nullptr,
          .epsilon = static_cast<T>(run.epsilon),
          .mean = run.mean.mutable_data<T>() + first,
          .inverse = run.inverse.mutable_data<T>() + first};
}

// A row takes so long, by so many nanoseconds an element.
double nanoseconds_a_row(const Run& run, double an_element) {
  return 15 + an_element * static_cast<double>(run.extents().size());
}

template <class T>
void normalize(const Run& run, T* y) {
  const std::int64_t columns = run.extents().size();
  detail::parallel_for(run.mean.size(), detail::grain_of(nanoseconds_a_row(run, 0.4)),
                       [&](std::int64_t first, std::int64_t last) {
                         kernels::table<kernels::LayerNormalizationKernels<T>>().normalize(rows_of<T>(run, first, last),
                                                                                           y + first * columns);
                       });
}

// Those of gamma, and then those of beta.
template <class T>
Tensor weight_gradients(const Run& run, const T* d_y, T* d_x) {
  const std::int64_t columns = run.extents().size();
  return sums_over_rows(run.mean.size(), 2 * columns, nanoseconds_a_row(run, 0.7),
                        [&](std::int64_t first, std::int64_t last, double* sums) {
                          const std::int64_t at = first * columns;
                          kernels::table<kernels::LayerNormalizationKernels<T>>().normalize_gradient(
                              rows_of<T>(run, first, last), d_y + at, d_x + at, sums, sums + columns);
                        });
}

void fused_gradients(const Run& run, const Tensor& d_y, detail::InputGradients& d_inputs) {
  Tensor d_x = Tensor::uninitialized(run.x.shape(), run.x.dtype()), d_weights;
  detail::for_floating_type(d_y.dtype(), [&]<class T>(T) {
    d_weights = cast(weight_gradients<T>(run, d_y.data<T>(), d_x.mutable_data<T>()), d_y.dtype());
  });
  const auto part = [&](std::int64_t number) {
    return reshape(select(reshape(d_weights, {2, -1}), 0, number), run.extents());
  };
  if (d_inputs.wanted(0)) d_inputs.add(0, d_x);
  if (run.gamma.size() > 0 && d_inputs.wanted(1)) d_inputs.add(1, part(0));
  if (run.beta.size() > 0 && d_inputs.wanted(2)) d_inputs.add(2, part(1));
}

// For when the gradients are differentiated again.
void plain_gradients(const Run& run, const Tensor& d_y, detail::InputGradients& d_inputs) {
  const Tensor inputs[] = {run.x, run.gamma, run.beta};
  const auto plain = [&run](std::span<const Tensor> in) {
    return layer_normalization_of_ops(in[0], if_any(in[1]), if_any(in[2]), run.epsilon, run.axes);
  };
  add_plain_gradients(inputs, plain, d_y, d_inputs);
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
  detail::for_floating_type(x.dtype(), [&]<class T>(T) { normalize(run, y.mutable_data<T>()); });
  const Tensor* const inputs[] = {&x, &run.gamma, &run.beta};
  return detail::record_joint(inputs, y, [run](const Tensor& d_y, detail::InputGradients& d_inputs) {
    detail::is_recording() ? plain_gradients(run, d_y, d_inputs) : fused_gradients(run, d_y, d_inputs);
  });
}

}  // namespace cornu::ops
