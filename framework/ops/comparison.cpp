#include <algorithm>
#include <cmath>
#include <cstring>

#include <cornu/framework/kernels/comparison.hpp>
#include <cornu/framework/ops/maps.hpp>

namespace cornu::ops {

namespace {

using kernels::ComparisonKernels;

template <class Pick>
Tensor compare(std::string_view op, const Tensor& a, const Tensor& b, Pick pick) {
  require_same_dtype(op, a, b);
  Tensor out = result(broadcast_shape(op, a.shape(), b.shape()), boolean, a, b);
  if (out.is_symbolic()) return out;
  detail::for_any_type(a.dtype(), [&]<class T>(T) { apply(pick(kernels::table<ComparisonKernels<T>>()), a, b, out); });
  return out;
}

// What compute(kernels, out) leaves in `out`, for x beside a number of its dtype.
template <class Compute>
Tensor with_number(const Tensor& x, double number, Compute compute) {
  require_whole(number, x.dtype());
  Tensor out = result(x.shape(), boolean, x);
  if (!out.is_symbolic())
    detail::for_any_type(x.dtype(), [&]<class T>(T) { compute(kernels::table<ComparisonKernels<T>>(), out); });
  return out;
}

void require_bool(std::string_view op, const Tensor& x) {
  if (x.dtype() != boolean)
    throw ValueError(
        op, fmt::format("cannot take this dtype; got {}; expected bool, as comparisons give", name_of(x.dtype())));
}

}  // namespace

Tensor equal(const Tensor& a, const Tensor& b) {
  return compare("equal", a, b, [](const auto& kernels) { return kernels.equal; });
}
Tensor not_equal(const Tensor& a, const Tensor& b) {
  return compare("not_equal", a, b, [](const auto& kernels) { return kernels.not_equal; });
}
Tensor less(const Tensor& a, const Tensor& b) {
  return compare("less", a, b, [](const auto& kernels) { return kernels.less; });
}
Tensor less_equal(const Tensor& a, const Tensor& b) {
  return compare("less_equal", a, b, [](const auto& kernels) { return kernels.less_equal; });
}
Tensor greater(const Tensor& a, const Tensor& b) {
  return compare("greater", b, a, [](const auto& kernels) { return kernels.less; });
}
Tensor greater_equal(const Tensor& a, const Tensor& b) {
  return compare("greater_equal", b, a, [](const auto& kernels) { return kernels.less_equal; });
}

Tensor equal(const Tensor& a, double b) {
  return with_number(a, b, [&](const auto& kernels, Tensor& y) { apply(kernels.equal, a, b, y); });
}
Tensor not_equal(const Tensor& a, double b) {
  return with_number(a, b, [&](const auto& kernels, Tensor& y) { apply(kernels.not_equal, a, b, y); });
}
Tensor less(const Tensor& a, double b) {
  return with_number(a, b, [&](const auto& kernels, Tensor& y) { apply(kernels.less, a, b, y); });
}
Tensor less_equal(const Tensor& a, double b) {
  return with_number(a, b, [&](const auto& kernels, Tensor& y) { apply(kernels.less_equal, a, b, y); });
}
Tensor greater(const Tensor& a, double b) {
  return with_number(a, b, [&](const auto& kernels, Tensor& y) { apply(kernels.less, b, a, y); });
}
Tensor greater_equal(const Tensor& a, double b) {
  return with_number(a, b, [&](const auto& kernels, Tensor& y) { apply(kernels.less_equal, b, a, y); });
}

Tensor logical_and(const Tensor& a, const Tensor& b) {
  require_bool("logical_and", a);
  require_bool("logical_and", b);
  // ¬a < b
  return compare("logical_and", logical_not(a), b, [](const auto& kernels) { return kernels.less; });
}
Tensor logical_or(const Tensor& a, const Tensor& b) {
  require_bool("logical_or", a);
  require_bool("logical_or", b);
  // ¬a ≤ b
  return compare("logical_or", logical_not(a), b, [](const auto& kernels) { return kernels.less_equal; });
}
Tensor logical_not(const Tensor& a) {
  require_bool("logical_not", a);
  return compare("logical_not", a, Tensor(false), [](const auto& kernels) { return kernels.equal; });
}

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  require_bool("where", condition);
  require_same_dtype("where", a, b);
  const Shape shape = broadcast_shape("where", condition.shape(), broadcast_shape("where", a.shape(), b.shape()));
  Tensor out = result(shape, a.dtype(), condition, a, b);
  if (!out.is_symbolic())
    detail::for_any_type(a.dtype(), [&]<class T>(T) {
      const bool* c = condition.data<bool>();
      const T *a_data = a.data<T>(), *b_data = b.data<T>();
      T* y = out.mutable_data<T>();
      const auto kernel = kernels::table<ComparisonKernels<T>>().where;
      kernels::Broadcast<3>({&condition.shape(), &a.shape(), &b.shape()}, shape)
          .run([&](const auto& at, std::int64_t to, const auto& grid) {
            kernel(c + at[0], a_data + at[1], b_data + at[2], y + to, grid);
          });
    });
  // d_a = d_y where the condition holds, d_b = d_y elsewhere
  return detail::record(
      out,
      detail::wrt(a, [condition, shape = a.shape()](
                         const Tensor& d_y) { return sum_to(where(condition, d_y, scalar(0, d_y.dtype())), shape); }),
      detail::wrt(b, [condition, shape = b.shape()](const Tensor& d_y) {
        return sum_to(where(condition, scalar(0, d_y.dtype()), d_y), shape);
      }));
}

bool array_equal(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape() || a.dtype() != b.dtype()) return false;
  bool same = true;
  detail::for_any_type(a.dtype(), [&]<class T>(T) {
    const std::span<const T> left = a.values<T>(), right = b.values<T>();
    same = std::equal(left.begin(), left.end(), right.begin());
  });
  return same;
}

bool all_close(const Tensor& a, const Tensor& b, double relative, double absolute) {
  if (a.shape() != b.shape()) return false;
  const Tensor left = a.astype(float64), right = b.astype(float64);
  const std::span<const double> x = left.values<double>(), y = right.values<double>();
  return std::equal(x.begin(), x.end(), y.begin(), [&](double p, double q) {
    return p == q || (std::isfinite(q) && std::abs(p - q) <= absolute + relative * std::abs(q));
  });
}

}  // namespace cornu::ops
