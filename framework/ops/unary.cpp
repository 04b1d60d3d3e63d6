#include <cmath>
#include <numbers>

#include <cornu/framework/kernels/arithmetic.hpp>
#include <cornu/framework/kernels/elementwise.hpp>
#include <cornu/framework/ops/maps.hpp>

namespace cornu::ops {

namespace {

// The kernel's result for floating x, not recorded.
template <class Pick>
Tensor map(std::string_view op, const Tensor& x, Pick pick) {
  require_floating(op, x);
  return map_floating<kernels::ElementwiseKernels>(x, x.dtype(), pick);
}

template <class Pick>
Tensor map_any_number(std::string_view op, const Tensor& x, Pick pick) {
  require_number(op, x);
  return map_number<kernels::ArithmeticKernels>(x, x.dtype(), pick);
}

template <class Pick>
Tensor test(std::string_view op, const Tensor& x, Pick pick) {
  require_floating(op, x);
  return map_floating<kernels::ElementwiseKernels>(x, boolean, pick);
}

}  // namespace

Tensor negative(const Tensor& x) {
  const Tensor y = map_any_number("negative", x, [](const auto& kernels) { return kernels.negative; });
  // d_x = −d_y
  return detail::record(y, detail::wrt(x, [](const Tensor& d_y) { return -d_y; }));
}

Tensor exp(const Tensor& x) {
  const Tensor y = map("exp", x, [](const auto& kernels) { return kernels.exp; });
  // d_x = d_y · y
  return detail::record(y, detail::wrt(x, [y](const Tensor& d_y) { return d_y * y; }));
}

Tensor expm1(const Tensor& x) {
  const Tensor y = map("expm1", x, [](const auto& kernels) { return kernels.expm1; });
  // d_x = d_y · (y + 1)
  return detail::record(y, detail::wrt(x, [y](const Tensor& d_y) { return d_y * (y + 1); }));
}

Tensor log(const Tensor& x) {
  const Tensor y = map("log", x, [](const auto& kernels) { return kernels.log; });
  // d_x = d_y / x
  return detail::record(y, detail::wrt(x, [x](const Tensor& d_y) { return d_y / x; }));
}

Tensor log1p(const Tensor& x) {
  const Tensor y = map("log1p", x, [](const auto& kernels) { return kernels.log1p; });
  // d_x = d_y / (1 + x)
  return detail::record(y, detail::wrt(x, [x](const Tensor& d_y) { return d_y / (1 + x); }));
}

Tensor sqrt(const Tensor& x) {
  const Tensor y = map("sqrt", x, [](const auto& kernels) { return kernels.sqrt; });
  // d_x = d_y / 2y
  return detail::record(y, detail::wrt(x, [y](const Tensor& d_y) { return d_y / (2 * y); }));
}

Tensor rsqrt(const Tensor& x) {
  const Tensor y = map("rsqrt", x, [](const auto& kernels) { return kernels.rsqrt; });
  // d_x = −d_y · y³ / 2
  return detail::record(y, detail::wrt(x, [y](const Tensor& d_y) { return d_y * (-0.5 * y * square(y)); }));
}

Tensor square(const Tensor& x) {
  const Tensor y = map_any_number("square", x, [](const auto& kernels) { return kernels.square; });
  // d_x = 2 · d_y · x
  return detail::record(y, detail::wrt(x, [x](const Tensor& d_y) { return 2 * d_y * x; }));
}

Tensor abs(const Tensor& x) {
  const Tensor y = map_any_number("abs", x, [](const auto& kernels) { return kernels.abs; });
  // d_x = d_y · sign(x)
  return detail::record(y, detail::wrt(x, [x](const Tensor& d_y) { return d_y * sign(x); }));
}

Tensor sign(const Tensor& x) {
  return map_any_number("sign", x, [](const auto& kernels) { return kernels.sign; });
}

Tensor floor(const Tensor& x) {
  return map("floor", x, [](const auto& kernels) { return kernels.floor; });
}

Tensor ceil(const Tensor& x) {
  return map("ceil", x, [](const auto& kernels) { return kernels.ceil; });
}

Tensor round(const Tensor& x) {
  return map("round", x, [](const auto& kernels) { return kernels.round; });
}

Tensor sin(const Tensor& x) {
  const Tensor y = map("sin", x, [](const auto& kernels) { return kernels.sin; });
  // d_x = d_y · cos x
  return detail::record(y, detail::wrt(x, [x](const Tensor& d_y) { return d_y * cos(x); }));
}

Tensor cos(const Tensor& x) {
  const Tensor y = map("cos", x, [](const auto& kernels) { return kernels.cos; });
  // d_x = −d_y · sin x
  return detail::record(y, detail::wrt(x, [x](const Tensor& d_y) { return -d_y * sin(x); }));
}

Tensor erf(const Tensor& x) {
  const Tensor y = map("erf", x, [](const auto& kernels) { return kernels.erf; });
  // d_x = d_y · 2/√π · e^(−x²)
  return detail::record(y, detail::wrt(x, [x](const Tensor& d_y) {
                          constexpr double two_over_root_pi = 2 * std::numbers::inv_sqrtpi;
                          return d_y * (two_over_root_pi * exp(-square(x)));
                        }));
}

Tensor reciprocal(const Tensor& x) {
  const Tensor y = map("reciprocal", x, [](const auto& kernels) { return kernels.reciprocal; });
  // d_x = −d_y · y²
  return detail::record(y, detail::wrt(x, [y](const Tensor& d_y) { return -d_y * square(y); }));
}

Tensor is_finite(const Tensor& x) {
  return test("is_finite", x, [](const auto& kernels) { return kernels.is_finite; });
}

Tensor is_nan(const Tensor& x) {
  return test("is_nan", x, [](const auto& kernels) { return kernels.is_nan; });
}

Tensor cast(const Tensor& x, DType dtype) {
  if (x.dtype() == dtype) return x;
  const Tensor y = x.astype(dtype);
  if (!is_floating(x.dtype()) || !is_floating(dtype)) return y;
  // d_x = d_y as x's dtype
  return detail::record(y, detail::wrt(x, [from = x.dtype()](const Tensor& d_y) { return cast(d_y, from); }));
}

}  // namespace cornu::ops
