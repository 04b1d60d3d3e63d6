#include <cornu/framework/ops/reduction.hpp>

#include <algorithm>
#include <functional>
#include <numeric>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/reduce_in_pieces.hpp>

namespace cornu::ops {

namespace {

using kernels::Span3;

std::int64_t product(const Shape& shape, std::size_t first, std::size_t last) {
  return std::accumulate(shape.begin() + first, shape.begin() + last, std::int64_t{1}, std::multiplies<>());
}

}  // namespace

Axes::Axes(std::int64_t axis) : all_(false), count_(1), axes_{axis} {}
Axes::Axes(std::initializer_list<std::int64_t> axes) : all_(false) { set({axes.begin(), axes.size()}); }
Axes::Axes(const std::vector<std::int64_t>& axes) : all_(false) { set(axes); }

void Axes::set(std::span<const std::int64_t> axes) {
  if (axes.size() > axes_.size())
    throw ValueError("Axes", fmt::format("too many axes; got {}; expected {} at most", axes.size(), axes_.size()));
  count_ = axes.size();
  std::copy(axes.begin(), axes.end(), axes_.begin());
}

std::array<bool, Shape::max_rank> Axes::of(const Shape& shape) const {
  std::array<bool, Shape::max_rank> named{};
  if (all_) std::fill_n(named.begin(), shape.rank(), true);
  for (std::size_t i = 0; i < count_; ++i) {
    bool& axis = named[shape.normalize_axis(axes_[i])];
    if (axis) throw ValueError("Axes", fmt::format("an axis is named twice; got {} for shape {}", axes_[i], shape));
    axis = true;
  }
  return named;
}

Reduced::Reduced(const Tensor& x, const ReduceOptions& options) : axes(options.axis.of(x.shape())), none(true) {
  for (std::size_t axis = 0; axis < x.rank(); ++axis) {
    none = none && !axes[axis];
    kept.push_back(axes[axis] ? 1 : x.shape()[axis]);
    if (!axes[axis] || options.keepdims) shape.push_back(kept[axis]);
  }
}

std::vector<std::int64_t> Reduced::named() const {
  std::vector<std::int64_t> all;
  for (std::size_t axis = 0; axis < kept.rank(); ++axis)
    if (axes[axis]) all.push_back(static_cast<std::int64_t>(axis));
  return all;
}

std::int64_t elements_per_result(const Tensor& x, const Reduced& reduced) {
  std::int64_t count = 1;
  for (std::size_t axis = 0; axis < x.rank(); ++axis)
    if (reduced.axes[axis]) count *= x.shape()[axis];
  return count;
}

void require_elements(const char* op, const Tensor& x, const Reduced& reduced) {
  if (!x.is_symbolic() && elements_per_result(x, reduced) == 0 && reduced.shape.size() > 0)
    throw ShapeError(op, fmt::format("nothing to reduce; got shape {}; expected one element or more along each "
                                     "reduced axis",
                                     x.shape()));
}

Tensor spread(const Tensor& d_out, const Reduced& reduced, const Shape& shape) {
  return broadcast_to(reshape(d_out, reduced.kept), shape);
}

kernels::Span3 around(const Shape& shape, std::size_t axis) {
  return {product(shape, 0, axis), shape[axis], product(shape, axis + 1, shape.rank())};
}

namespace {

// Calls kernel(x, span, out) for one group of adjacent reduced axes after the other, the last group first. x has
// elements.
template <class Kernel>
Tensor reduce_groups(const Tensor& x, const ReducedAxes& reduced, const Shape& shape, Kernel kernel) {
  Tensor now = x;
  Span3 span;
  for (std::size_t axis = x.rank(); axis > 0; --axis) {
    (reduced[axis - 1] ? span.n : span.inner) *= x.shape()[axis - 1];
    const bool group_ends = reduced[axis - 1] && (axis == 1 || !reduced[axis - 2]);
    if (!group_ends || span.n == 1) continue;
    span.outer = product(x.shape(), 0, axis - 1);
    Tensor out = Tensor::uninitialized({span.outer, span.inner}, x.dtype());
    kernel(now, span, out);
    now = std::move(out);
    span.n = 1;
  }
  return now.with_shape(shape);
}

enum class Kind { sum, prod, max, min };

template <class T>
ReductionKernel<T> kernel_of(Kind kind) {
  const auto& kernels = kernels::table<kernels::ReductionKernels<T>>();
  switch (kind) {
    case Kind::sum:
      return kernels.sum;
    case Kind::prod:
      return kernels.prod;
    case Kind::max:
      return kernels.max;
    case Kind::min:
      break;
  }
  return kernels.min;
}

Tensor reduce_numbers(Kind kind, const Tensor& x, const ReducedAxes& reduced, const Shape& shape) {
  if (x.is_symbolic()) return Tensor::symbolic(shape, x.dtype());
  if (x.size() == 0) return Tensor::full(shape, kind == Kind::prod ? 1 : 0, x.dtype());
  return reduce_groups(x, reduced, shape, [&](const Tensor& in, const Span3& span, Tensor& out) {
    detail::for_number_type(in.dtype(), [&]<class T>(T) {
      reduce_in_pieces<T>(kernel_of<T>(kind), in.data<T>(), span, out.mutable_data<T>());
    });
  });
}

}  // namespace

// out = Σ x
Tensor sum(const Tensor& x, ReduceOptions options) {
  if (x.dtype() == boolean) return sum(cast(x, int32), options);
  const Reduced reduced(x, options);
  if (reduced.none) return x;
  Tensor out = reduce_numbers(Kind::sum, x, reduced.axes, reduced.shape);

  // d_x = d_out
  return detail::record(
      out, detail::wrt(x, [reduced, shape = x.shape()](const Tensor& d_out) { return spread(d_out, reduced, shape); }));
}

// out = Σ x / n
Tensor mean(const Tensor& x, ReduceOptions options) {
  require_floating("mean", x);
  const Reduced reduced(x, options);
  if (reduced.none) return x;
  Tensor out = reduce_numbers(Kind::sum, x, reduced.axes, reduced.shape);
  if (out.is_symbolic()) return out;
  const std::int64_t n = elements_per_result(x, reduced);
  detail::for_floating_type(x.dtype(), [&]<class T>(T) {
    if (n == 1) return;
    T* values = out.mutable_data<T>();
    for (std::int64_t i = 0, size = out.size(); i < size; ++i) values[i] /= static_cast<T>(n);
  });

  // d_x = d_out / n
  const bool over_steps = x.rank() == 3 && n > 0 && reduced.axes == ReducedAxes{false, true};
  return detail::record(out,
                        detail::wrt(x, [reduced, shape = x.shape(), n, over_steps](const Tensor& d_out) -> Gradient {
                          const Tensor part = d_out / static_cast<double>(n);
                          if (over_steps && !detail::is_recording())
                            return Gradient(detail::Repeated{part.with_shape(shape.removed(1)), n, {}});
                          return spread(part, reduced, shape);
                        }));
}

namespace {

// out = the largest (smallest) of x
Tensor extremum(const char* op, Kind kind, const Tensor& x, const ReduceOptions& options) {
  require_number(op, x);
  const Reduced reduced(x, options);
  if (reduced.none) return x;
  require_elements(op, x, reduced);
  Tensor out = reduce_numbers(kind, x, reduced.axes, reduced.shape);

  // d_x = d_out where x = out, divided by the number of such places
  return detail::record(out, detail::wrt(x, [reduced, x, out](const Tensor& d_out) {
                          const Tensor taken = cast(equal(x, reshape(out, reduced.kept)), x.dtype());
                          const Tensor count = sum_to(taken, reduced.kept);
                          return taken * (reshape(d_out, reduced.kept) / count);
                        }));
}

// a · b for products of finite factors: where one is 0 the product is 0, also if the other has overflowed.
Tensor times(const Tensor& a, const Tensor& b) {
  if (!is_floating(a.dtype())) return a * b;
  const Tensor is_zero = logical_or(equal(a, 0), equal(b, 0));
  const Tensor y = where(is_zero, scalar(0, a.dtype()), stop_gradient(a) * stop_gradient(b));

  // d_a = d_y · b, d_b = d_y · a
  return detail::record(y, detail::wrt(a, [b](const Tensor& d_y) { return times(d_y, b); }),
                        detail::wrt(b, [a](const Tensor& d_y) { return times(d_y, a); }));
}

// The product along an axis, kept with extent 1, as a tree of products of two: every derivative of it is right, also
// where elements are 0.
template <class Times>
Tensor multiplied(Tensor x, std::int64_t axis, Times times) {
  if (x.dim(axis) == 0) return Tensor::ones(x.shape().with(x.shape().normalize_axis(axis), 1), x.dtype());
  while (x.dim(axis) > 1) {
    const std::int64_t n = x.dim(axis), half = n / 2;
    const Tensor pairs = times(slice(x, axis, {.stop = half}), slice(x, axis, {.start = half, .stop = 2 * half}));
    x = n % 2 == 0 ? pairs : concatenate({pairs, slice(x, axis, {.start = n - 1})}, axis);
  }
  return x;
}

template <class Times>
Tensor multiplied_axes(Tensor x, const ReducedAxes& axes, Times times) {
  for (std::size_t axis = 0; axis < x.rank(); ++axis)
    if (axes[axis]) x = multiplied(x, static_cast<std::int64_t>(axis), times);
  return x;
}

// Π x, tracked, kept with extent 1. Among infinities and NaN 0 · ∞ is NaN as always; among finite factors 0 is 0.
Tensor tracked_product(const Tensor& x, const Reduced& reduced) {
  const auto plain = [](const Tensor& a, const Tensor& b) { return a * b; };
  if (!is_floating(x.dtype())) return multiplied_axes(x, reduced.axes, plain);
  const Tensor is_finite_product = all(is_finite(x), {Axes(reduced.named()), true}), one = scalar(1, x.dtype());
  const Tensor product = multiplied_axes(where(is_finite_product, x, one), reduced.axes, times);
  if (all(is_finite_product).item<bool>()) return product;
  return where(is_finite_product, product, multiplied_axes(where(is_finite_product, one, x), reduced.axes, plain));
}

// Π x, not tracked: NaN that came of 0 · ∞ among finite factors is 0.
Tensor untracked_product(const Tensor& x, const Reduced& reduced) {
  const Tensor product = reduce_numbers(Kind::prod, x, reduced.axes, reduced.shape);
  if (!is_floating(x.dtype()) || product.is_symbolic() || !any(is_nan(product)).item<bool>()) return product;
  const Tensor is_finite_product = reshape(all(is_finite(x), {Axes(reduced.named()), true}), reduced.shape);
  return where(logical_and(is_nan(product), is_finite_product), scalar(0, x.dtype()), product);
}

}  // namespace

Tensor max(const Tensor& x, ReduceOptions options) { return extremum("max", Kind::max, x, options); }
Tensor min(const Tensor& x, ReduceOptions options) { return extremum("min", Kind::min, x, options); }

// out = Π x
Tensor prod(const Tensor& x, ReduceOptions options) {
  if (x.dtype() == boolean) return prod(cast(x, int32), options);
  const Reduced reduced(x, options);
  if (reduced.none) return x;
  if (!detail::is_tracked(x)) return untracked_product(x, reduced);
  return reshape(tracked_product(x, reduced), reduced.shape);
}

namespace {

template <class Kernel>
Tensor reduce_flags(const char* op, const Tensor& x, const ReduceOptions& options, bool of_nothing, Kernel kernel) {
  if (x.dtype() != boolean)
    throw ValueError(op, fmt::format("x must be a condition; got dtype {}; expected bool, as a comparison gives it",
                                     name_of(x.dtype())));
  const Reduced reduced(x, options);
  if (reduced.none) return x;
  if (x.is_symbolic()) return Tensor::symbolic(reduced.shape, boolean);
  if (x.size() == 0) return Tensor::full(reduced.shape, of_nothing, boolean);
  return reduce_groups(x, reduced.axes, reduced.shape, [&](const Tensor& in, const Span3& span, Tensor& out) {
    kernel(in.data<bool>(), span, out.mutable_data<bool>());
  });
}

}  // namespace

Tensor any(const Tensor& x, ReduceOptions options) {
  return reduce_flags("any", x, options, false, kernels::reduce_any);
}
Tensor all(const Tensor& x, ReduceOptions options) {
  return reduce_flags("all", x, options, true, kernels::reduce_all);
}

// The sum over the axes that broadcasting `shape` to x's shape added or stretched
Tensor sum_to(const Tensor& x, const Shape& shape) {
  if (x.dtype() == boolean) return sum_to(cast(x, int32), shape);
  if (x.shape() == shape) return x;
  if (x.is_symbolic()) return Tensor::symbolic(shape, x.dtype());
  if (broadcast_shape("sum_to", x.shape(), shape) != x.shape())
    throw ShapeError("sum_to", fmt::format("the shape does not broadcast to x; got {} for x {}", shape, x.shape()));
  const std::size_t added = x.rank() - shape.rank();
  ReducedAxes reduced{};
  for (std::size_t axis = 0; axis < x.rank(); ++axis)
    reduced[axis] = axis < added || shape[axis - added] != x.shape()[axis];
  Tensor out = reduce_numbers(Kind::sum, x, reduced, shape);

  // d_x = d_out
  return detail::record(
      out, detail::wrt(x, [x_shape = x.shape()](const Tensor& d_out) { return broadcast_to(d_out, x_shape); }));
}

}  // namespace cornu::ops
