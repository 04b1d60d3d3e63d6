#include <cornu/framework/ops/gelu.hpp>

#include <cmath>
#include <numbers>

#include <cornu/framework/kernels/elementwise.hpp>
#include <cornu/framework/ops/map_elements.hpp>
#include <cornu/framework/ops/maps.hpp>

namespace cornu::ops {

namespace {

using kernels::ElementwiseKernels;

const double root_of_2_by_pi = std::sqrt(2 * std::numbers::inv_pi);

// tanh(√(2 / π) · (x + 0.044715 · x³))
Tensor tanh_of(const Tensor& x) { return tanh(root_of_2_by_pi * (x + 0.044715 * x * square(x))); }

// d_x / d_y
Tensor slope(const Tensor& x, bool approximate) {
  if (!approximate) {
    const double density_of_0 = 0.5 * std::numbers::sqrt2 * std::sqrt(std::numbers::inv_pi);
    return 0.5 * (1 + erf(x / std::numbers::sqrt2)) + density_of_0 * x * exp(-0.5 * square(x));
  }
  const Tensor y = tanh_of(x);
  return 0.5 * (1 + y) + 0.5 * root_of_2_by_pi * x * (1 - square(y)) * (1 + 3 * 0.044715 * square(x));
}

Tensor fused_gradient(const Tensor& d_y, const Tensor& x, bool approximate) {
  return map_elements<ElementwiseKernels>(
      [approximate](const auto& kernels) {
        return approximate ? kernels.gelu_by_tanh_gradient : kernels.gelu_gradient;
      },
      d_y, x);
}

}  // namespace

Tensor gelu_of_ops(const Tensor& x, bool approximate) {
  return 0.5 * x * (1 + (approximate ? tanh_of(x) : erf(x / std::numbers::sqrt2)));
}

Tensor gelu(const Tensor& x, bool approximate) {
  require_floating("gelu", x);
  const Tensor y = map_floating<ElementwiseKernels>(
      x, x.dtype(), [approximate](const auto& kernels) { return approximate ? kernels.gelu_by_tanh : kernels.gelu; });
  // exact: d_x = d_y · (Φ(x) + x · e^(−x²/2) / √(2π))
  return detail::record(y, detail::wrt(x, [x, approximate](const Tensor& d_y) {
                          if (detail::is_recording()) return d_y * slope(x, approximate);
                          return fused_gradient(d_y, x, approximate);
                        }));
}

}  // namespace cornu::ops
