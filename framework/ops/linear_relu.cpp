#include <cornu/framework/ops/linear_relu.hpp>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/kernels/relu_rows.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/sums_over_rows.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops {

namespace {

// Of what relu took: as it came, and summed over all axes but the last.
struct BeforeRelu {
  Tensor gradient, sum;
};

template <class T>
Tensor fused_gradient(const Tensor& d_y, const Tensor& y, std::int64_t columns, T* d_x) {
  constexpr double nanoseconds_an_element = 0.3;
  const T *const d_out = d_y.data<T>(), *const out = y.data<T>();
  const auto relu_gradient = kernels::table<kernels::ReluRowsKernels<T>>().relu_gradient;
  return sums_over_rows(columns == 0 ? 0 : y.size() / columns, columns,
                        1 + nanoseconds_an_element * static_cast<double>(columns),
                        [&](std::int64_t first, std::int64_t last, double* sums) {
                          const std::int64_t at = first * columns;
                          relu_gradient(d_out + at, out + at, last - first, columns, d_x + at, sums);
                        });
}

BeforeRelu fused_gradients(const Tensor& d_y, const Tensor& y) {
  BeforeRelu d{Tensor::uninitialized(y.shape(), y.dtype()), {}};
  detail::for_floating_type(y.dtype(), [&]<class T>(T) {
    d.sum = cast(fused_gradient<T>(d_y, y, y.dim(-1), d.gradient.mutable_data<T>()), y.dtype());
  });
  return d;
}

// d_y where y > 0
BeforeRelu gradients_of_relu(const Tensor& d_y, const Tensor& y) {
  if (!detail::is_recording()) return fused_gradients(d_y, y);
  const Tensor gradient = where(greater(y, 0), d_y, scalar(0, y.dtype()));
  return {gradient, sum_to(gradient, {y.dim(-1)})};
}

Tensor as_rows(const Tensor& x) { return reshape(x, {x.shape().slice(0, x.rank() - 1).size(), x.dim(-1)}); }

}  // namespace

Tensor linear_relu(const Tensor& x, const Tensor& kernel, const Tensor& bias) {
  const Tensor y = linear_values(x, kernel, bias, true);
  if (y.is_symbolic()) return y;

  // With d = d_y where y > 0: d_x = d · kernelᵀ, d_kernel = xᵀ · d, d_bias = Σ_rows d
  const Tensor* const inputs[] = {&x, &kernel, &bias};
  return detail::record_joint(inputs, y, [x, kernel, y](const Tensor& d_y, detail::InputGradients& d_inputs) {
    const BeforeRelu d = gradients_of_relu(d_y, y);
    const Tensor rows = as_rows(d.gradient);
    if (d_inputs.wanted(0)) d_inputs.add(0, reshape(matmul(rows, kernel, false, true), x.shape()));
    if (d_inputs.wanted(1)) d_inputs.add(1, matmul(as_rows(x), rows, true, false));
    if (d_inputs.wanted(2)) d_inputs.add(2, d.sum);
  });
}

}  // namespace cornu::ops
