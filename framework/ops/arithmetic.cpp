#include <cmath>

#include <cornu/framework/kernels/arithmetic.hpp>
#include <cornu/framework/ops/maps.hpp>

namespace cornu::ops {

namespace {

using kernels::ArithmeticKernels;

// The kernel's result for two operands of one number dtype, not recorded.
template <class Pick>
Tensor combine(std::string_view op, const Tensor& a, const Tensor& b, Pick pick) {
  require_number(op, a);
  require_same_dtype(op, a, b);
  Tensor out = result(broadcast_shape(op, a.shape(), b.shape()), a.dtype(), a, b);
  if (out.is_symbolic()) return out;
  detail::for_number_type(a.dtype(),
                          [&]<class T>(T) { apply(pick(kernels::table<ArithmeticKernels<T>>()), a, b, out); });
  return out;
}

// What compute(kernels, out) leaves in `out`, for x beside a number of its dtype; not recorded.
template <class Compute>
Tensor with_number(std::string_view op, const Tensor& x, double number, Compute compute) {
  require_number(op, x);
  require_whole(number, x.dtype());
  Tensor out = result(x.shape(), x.dtype(), x);
  if (!out.is_symbolic())
    detail::for_number_type(x.dtype(), [&]<class T>(T) { compute(kernels::table<ArithmeticKernels<T>>(), out); });
  return out;
}

void require_no_zero(std::string_view op, const Tensor& divisor) {
  if (divisor.is_symbolic()) return;
  detail::for_number_type(divisor.dtype(), [&]<class T>(T) {
    if (std::is_floating_point_v<T>) return;
    for (const T value : divisor.values<T>())
      if (value == T(0))
        throw ValueError(op, "division of integers by zero; divide floating tensors to get inf or NaN");
  });
}

// 1 where a is the larger one (or, with a and b swapped, the smaller), 1/2 where both are equal
Tensor share(const Tensor& a, const Tensor& b) {
  return (cast(greater_equal(a, b), a.dtype()) + cast(greater(a, b), a.dtype())) * 0.5;
}

}  // namespace

Tensor add(const Tensor& a, const Tensor& b) {
  const Tensor y = combine("add", a, b, [](const auto& kernels) { return kernels.add; });
  // d_a = d_y, d_b = d_y
  return detail::record(y, detail::wrt(a, [shape = a.shape()](const Tensor& d_y) { return sum_to(d_y, shape); }),
                        detail::wrt(b, [shape = b.shape()](const Tensor& d_y) { return sum_to(d_y, shape); }));
}

Tensor subtract(const Tensor& a, const Tensor& b) {
  const Tensor y = combine("subtract", a, b, [](const auto& kernels) { return kernels.subtract; });
  // d_a = d_y, d_b = −d_y
  return detail::record(y, detail::wrt(a, [shape = a.shape()](const Tensor& d_y) { return sum_to(d_y, shape); }),
                        detail::wrt(b, [shape = b.shape()](const Tensor& d_y) { return -sum_to(d_y, shape); }));
}

Tensor multiply(const Tensor& a, const Tensor& b) {
  const Tensor y = combine("multiply", a, b, [](const auto& kernels) { return kernels.multiply; });
  // d_a = d_y · b, d_b = d_y · a
  return detail::record(y, detail::wrt(a, [b, shape = a.shape()](const Tensor& d_y) { return sum_to(d_y * b, shape); }),
                        detail::wrt(b, [a, shape = b.shape()](const Tensor& d_y) { return sum_to(d_y * a, shape); }));
}

Tensor divide(const Tensor& a, const Tensor& b) {
  require_number("divide", a);
  require_same_dtype("divide", a, b);
  if (is_integer(a.dtype())) return divide(cast(a, float32), cast(b, float32));
  const Tensor y = combine("divide", a, b, [](const auto& kernels) { return kernels.divide; });
  // d_a = d_y / b, d_b = −d_y · y / b
  return detail::record(
      y, detail::wrt(a, [b, shape = a.shape()](const Tensor& d_y) { return sum_to(d_y / b, shape); }),
      detail::wrt(b, [b, y, shape = b.shape()](const Tensor& d_y) { return -sum_to(d_y * y / b, shape); }));
}

Tensor floor_divide(const Tensor& a, const Tensor& b) {
  require_same_dtype("floor_divide", a, b);
  require_no_zero("floor_divide", b);
  return combine("floor_divide", a, b, [](const auto& kernels) { return kernels.floor_divide; });
}

Tensor mod(const Tensor& a, const Tensor& b) {
  require_same_dtype("mod", a, b);
  require_no_zero("mod", b);
  return combine("mod", a, b, [](const auto& kernels) { return kernels.mod; });
}

Tensor power(const Tensor& a, const Tensor& b) {
  require_floating("power", a);
  const Tensor y = combine("power", a, b, [](const auto& kernels) { return kernels.power; });
  return detail::record(y,
                        // d_a = d_y · b · a^(b−1), 0 where b = 0
                        detail::wrt(a,
                                    [a, b](const Tensor& d_y) {
                                      const Tensor exponent = where(equal(b, 0), scalar(1, b.dtype()), b);
                                      return sum_to(d_y * b * power(a, exponent - 1), a.shape());
                                    }),
                        // d_b = d_y · y · ln a, 0 where a ≤ 0
                        detail::wrt(b, [a, y, shape = b.shape()](const Tensor& d_y) {
                          const Tensor positive = greater(a, 0), one = scalar(1, a.dtype()),
                                       zero = scalar(0, a.dtype());
                          return sum_to(d_y * where(positive, y, zero) * log(where(positive, a, one)), shape);
                        }));
}

Tensor pow(const Tensor& a, double exponent) {
  require_floating("pow", a);
  return exponent == 2 ? square(a) : power(a, scalar(exponent, a.dtype()));
}

Tensor maximum(const Tensor& a, const Tensor& b) {
  const Tensor y = combine("maximum", a, b, [](const auto& kernels) { return kernels.maximum; });
  // d_a = d_y where a > b, half where a = b
  return detail::record(y, detail::wrt(a, [a, b](const Tensor& d_y) { return sum_to(d_y * share(a, b), a.shape()); }),
                        detail::wrt(b, [a, b](const Tensor& d_y) { return sum_to(d_y * share(b, a), b.shape()); }));
}

Tensor minimum(const Tensor& a, const Tensor& b) {
  const Tensor y = combine("minimum", a, b, [](const auto& kernels) { return kernels.minimum; });
  // d_a = d_y where a < b, half where a = b
  return detail::record(y, detail::wrt(a, [a, b](const Tensor& d_y) { return sum_to(d_y * share(b, a), a.shape()); }),
                        detail::wrt(b, [a, b](const Tensor& d_y) { return sum_to(d_y * share(a, b), b.shape()); }));
}

Tensor squared_difference(const Tensor& a, const Tensor& b) {
  const Tensor y = combine("squared_difference", a, b, [](const auto& kernels) { return kernels.squared_difference; });
  // d_a = 2 · d_y · (a − b), d_b = −d_a
  return detail::record(y, detail::wrt(a, [a, b](const Tensor& d_y) { return sum_to(2 * d_y * (a - b), a.shape()); }),
                        detail::wrt(b, [a, b](const Tensor& d_y) { return sum_to(2 * d_y * (b - a), b.shape()); }));
}

Tensor clip(const Tensor& x, double low, double high) {
  require_number("clip", x);
  if (!(low <= high))
    throw ValueError("clip",
                     fmt::format("no number lies within the bounds; got {} … {}; expected low ≤ high", low, high));
  Tensor y = result(x.shape(), x.dtype(), x);
  if (!y.is_symbolic())
    detail::for_number_type(x.dtype(), [&]<class T>(T) {
      const T* const from = x.data<T>();
      const T least = detail::convert<T>(low), most = detail::convert<T>(high);
      T* const to = y.mutable_data<T>();
      detail::parallel_for(y.size(), detail::elements_a_piece(), [&](std::int64_t first, std::int64_t last) {
        kernels::table<ArithmeticKernels<T>>().clip(from + first, least, most, to + first, last - first);
      });
    });
  // d_x = d_y where low ≤ x ≤ high
  return detail::record(y, detail::wrt(x, [x, low, high](const Tensor& d_y) {
                          const Tensor inside = logical_and(greater_equal(x, low), less_equal(x, high));
                          return where(inside, d_y, scalar(0, d_y.dtype()));
                        }));
}

}  // namespace cornu::ops

namespace cornu {

Tensor operator-(const Tensor& x) { return ops::negative(x); }

Tensor operator+(const Tensor& a, const Tensor& b) { return ops::add(a, b); }
Tensor operator-(const Tensor& a, const Tensor& b) { return ops::subtract(a, b); }
Tensor operator*(const Tensor& a, const Tensor& b) { return ops::multiply(a, b); }
Tensor operator/(const Tensor& a, const Tensor& b) { return ops::divide(a, b); }

// With a number, whose gradient nobody asks for.

Tensor operator+(const Tensor& a, double b) {
  const auto add = [&](const auto& kernels, Tensor& y) { ops::apply(kernels.add, a, b, y); };
  // d_a = d_y
  return detail::record(ops::with_number("add", a, b, add), detail::wrt(a, [](const Tensor& d_y) { return d_y; }));
}

Tensor operator-(const Tensor& a, double b) {
  const auto subtract = [&](const auto& kernels, Tensor& y) { ops::apply(kernels.subtract, a, b, y); };
  // d_a = d_y
  return detail::record(ops::with_number("subtract", a, b, subtract),
                        detail::wrt(a, [](const Tensor& d_y) { return d_y; }));
}

Tensor operator*(const Tensor& a, double b) {
  const auto multiply = [&](const auto& kernels, Tensor& y) { ops::apply(kernels.multiply, a, b, y); };
  // d_a = d_y · b
  return detail::record(ops::with_number("multiply", a, b, multiply),
                        detail::wrt(a, [b](const Tensor& d_y) { return d_y * b; }));
}

Tensor operator/(const Tensor& a, double b) {
  if (is_integer(a.dtype())) return ops::cast(a, float32) / b;
  const auto divide = [&](const auto& kernels, Tensor& y) { ops::apply(kernels.divide, a, b, y); };
  // d_a = d_y / b
  return detail::record(ops::with_number("divide", a, b, divide),
                        detail::wrt(a, [b](const Tensor& d_y) { return d_y / b; }));
}

Tensor operator+(double a, const Tensor& b) { return b + a; }

Tensor operator-(double a, const Tensor& b) {
  const auto subtract = [&](const auto& kernels, Tensor& y) { ops::apply(kernels.subtract, a, b, y); };
  // d_b = −d_y
  return detail::record(ops::with_number("subtract", b, a, subtract),
                        detail::wrt(b, [](const Tensor& d_y) { return -d_y; }));
}

Tensor operator*(double a, const Tensor& b) { return b * a; }

Tensor operator/(double a, const Tensor& b) {
  if (is_integer(b.dtype())) return a / ops::cast(b, float32);
  const auto divide = [&](const auto& kernels, Tensor& y) { ops::apply(kernels.divide, a, b, y); };
  const Tensor y = ops::with_number("divide", b, a, divide);
  // d_b = −d_y · y / b
  return detail::record(y, detail::wrt(b, [b, y](const Tensor& d_y) { return -d_y * y / b; }));
}

}  // namespace cornu
