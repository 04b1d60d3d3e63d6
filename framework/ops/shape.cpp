#include <algorithm>

#include <cornu/framework/ops/arrange.hpp>

namespace cornu::ops {

// The same elements under a shape of equal size
Tensor reshaped(const Tensor& x, const Shape& shape) {
  if (x.shape() == shape) return x;

  // d_x = d_out
  return detail::record(x.with_shape(shape),
                        detail::wrt(x, [old = x.shape()](const Tensor& d_out) { return reshaped(d_out, old); }));
}

namespace {

[[noreturn]] void throw_sizes(const Tensor& x, const Shape& shape) {
  throw ShapeError("reshape", fmt::format("sizes differ; got {} for the elements of {}; expected a shape of as many, "
                                          "with at most one -1",
                                          shape, x.shape()));
}

std::size_t count_none(const Shape& shape) {
  return static_cast<std::size_t>(std::count(shape.begin(), shape.end(), None));
}

// The product of the extents that are known.
std::int64_t known_size(const Shape& shape) {
  Shape known;
  for (const std::int64_t extent : shape) known.push_back(extent == None ? 1 : extent);
  return known.size();
}

// `shape` with its -1 inferred. As many of its first -1 as x has unknown extents stand for those and remain.
Shape inferred(const Tensor& x, const Shape& shape) {
  const std::size_t unknown = count_none(x.shape()), asked = count_none(shape);
  if (unknown > 0 && asked <= unknown) return shape;
  const std::int64_t size = known_size(x.shape()), known = known_size(shape);
  if (asked == 0 && size == known) return shape;
  if (asked != unknown + 1 || known == 0 || size % known != 0) throw_sizes(x, shape);
  std::size_t last = shape.rank() - 1;
  while (shape[last] != None) --last;
  return shape.with(last, size / known);
}

}  // namespace

Tensor reshape(const Tensor& x, const Shape& shape) { return reshaped(x, inferred(x, shape)); }

Tensor expand_dims(const Tensor& x, std::int64_t axis) {
  const auto rank = static_cast<std::int64_t>(x.rank());
  if (axis < -rank - 1 || axis > rank)
    throw IndexError("expand_dims", fmt::format("axis out of range; got {} for shape {}; expected {} … {}", axis,
                                                x.shape(), -rank - 1, rank));
  return reshaped(x, x.shape().inserted(static_cast<std::size_t>(axis < 0 ? axis + rank + 1 : axis), 1));
}

Tensor squeeze(const Tensor& x, std::optional<std::int64_t> axis) {
  if (!axis) {
    Shape shape;
    for (const std::int64_t extent : x.shape())
      if (extent != 1) shape.push_back(extent);
    return reshaped(x, shape);
  }
  const std::size_t at = x.shape().normalize_axis(*axis);
  if (x.shape()[at] != 1 && x.shape()[at] != None)
    throw ShapeError("squeeze",
                     fmt::format("axis {} has another extent than 1; got {}; expected 1 there", *axis, x.shape()));
  return reshaped(x, x.shape().removed(at));
}

Strides strides_of(const Shape& shape) {
  Strides strides{};
  std::int64_t stride = 1;
  for (std::size_t axis = shape.rank(); axis > 0; --axis) {
    strides[axis - 1] = stride;
    stride *= shape[axis - 1];
  }
  return strides;
}

void copy(const kernels::Arrangement& arrangement, const Tensor& from, Tensor& to, Offsets offsets) {
  if (from.size() == 0 || to.size() == 0) return;  // whose offsets in bytes may not fit 64 bits
  const auto bytes = static_cast<std::int64_t>(size_of(from.dtype()));
  kernels::copy(arrangement, size_of(from.dtype()), from.identity()->storage->bytes + offsets.from * bytes,
                to.identity()->storage->bytes + offsets.to * bytes);
}

namespace {

using kernels::Arrangement;
using Order = std::array<std::size_t, Shape::max_rank>;

Order order_of(const Tensor& x, std::span<const std::int64_t> axes) {
  Order order{};
  for (std::size_t i = 0; i < x.rank(); ++i) order[i] = x.rank() - 1 - i;
  if (axes.empty()) return order;
  std::array<bool, Shape::max_rank> named{};
  bool valid = axes.size() == x.rank();
  for (std::size_t i = 0; i < axes.size() && valid; ++i) {
    order[i] = x.shape().normalize_axis(axes[i]);
    valid = !std::exchange(named[order[i]], true);
  }
  if (!valid)
    throw ShapeError(
        "transpose",
        fmt::format(
            "each axis must be named once; got {} axes, or one twice, for shape {}; expected each of its {} axes",
            axes.size(), x.shape(), x.rank()));
  return order;
}

// out[i_order[0], i_order[1], …] = x[i_0, i_1, …]
Tensor permute(const Tensor& x, const Order& order) {
  Shape shape;
  Order back{};
  for (std::size_t axis = 0; axis < x.rank(); ++axis) {
    shape.push_back(x.shape()[order[axis]]);
    back[order[axis]] = axis;
  }
  Tensor out = result(shape, x.dtype(), x);
  if (out.is_symbolic()) return out;
  const Strides from = strides_of(x.shape()), to = strides_of(shape);
  Arrangement arrangement;
  for (std::size_t axis = 0; axis < x.rank(); ++axis) arrangement.add_axis(shape[axis], from[order[axis]], to[axis]);
  copy(arrangement, x, out);

  // d_x = d_out with the axes back in their places
  return detail::record(out, detail::wrt(x, [back](const Tensor& d_out) { return permute(d_out, back); }));
}

}  // namespace

Tensor permuted(const Tensor& x, std::span<const std::int64_t> axes) {
  const Order order = order_of(x, axes);
  return std::is_sorted(order.begin(), order.begin() + x.rank()) ? x : permute(x, order);
}

Tensor transpose(const Tensor& x, const std::vector<std::int64_t>& axes) { return permuted(x, axes); }

// out[…, i, …] = x[…, 0 where x has extent 1, …]
Tensor broadcast_to(const Tensor& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  if (broadcast_shape("broadcast_to", x.shape(), shape) != shape)
    throw ShapeError("broadcast_to",
                     fmt::format("x does not broadcast to that shape; got {} and {}", x.shape(), shape));
  Tensor out = result(shape, x.dtype(), x);
  if (out.is_symbolic()) return out;
  const Strides from = strides_of(x.shape()), to = strides_of(shape);
  const std::size_t added = shape.rank() - x.rank();
  Arrangement arrangement;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    const bool stretched = axis < added || x.shape()[axis - added] == 1;
    arrangement.add_axis(shape[axis], stretched ? 0 : from[axis - added], to[axis]);
  }
  copy(arrangement, x, out);

  // d_x = d_out summed over the axes that were stretched
  return detail::record(out, detail::wrt(x, [old = x.shape()](const Tensor& d_out) { return sum_to(d_out, old); }));
}

namespace {

// The axis repeated as a whole when `inner` begins with it, each element of it when `inner` begins behind it.
Tensor repeat_from(const Tensor& x, std::size_t axis, std::size_t inner, std::int64_t repeats) {
  if (repeats < 0) throw ValueError("repeat", fmt::format("repeats must be 0 or more; got {}", repeats));
  if (repeats == 1) return x;
  const std::int64_t extent = x.shape()[axis];
  const Shape shape = x.shape().with(axis, extents_product("repeat", extent, repeats));
  if (x.is_symbolic()) return Tensor::symbolic(shape, x.dtype());
  const std::int64_t outer = x.shape().slice(0, inner).size(), rest = x.shape().slice(inner, x.rank()).size();
  return reshaped(broadcast_to(reshaped(x, {outer, 1, rest}), {outer, repeats, rest}), shape);
}

}  // namespace

Tensor tile(const Tensor& x, const std::vector<std::int64_t>& repeats) {
  if (repeats.size() != x.rank())
    throw ShapeError("tile", fmt::format("each axis needs a number of repeats; got {} for shape {}; expected {}",
                                         repeats.size(), x.shape(), x.rank()));
  Tensor out = x;
  for (std::size_t axis = 0; axis < x.rank(); ++axis) out = repeat_from(out, axis, axis, repeats[axis]);
  return out;
}

Tensor repeat(const Tensor& x, std::int64_t repeats, std::int64_t axis) {
  const std::size_t at = x.shape().normalize_axis(axis);
  return repeat_from(x, at, at + 1, repeats);
}

}  // namespace cornu::ops
