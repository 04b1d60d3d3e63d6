#include <algorithm>
#include <limits>
#include <utility>

#include <cornu/framework/ops/arrange.hpp>

namespace cornu::ops {

namespace {

using kernels::Arrangement;

// Every step-th of the positions of an axis.
struct Range {
  std::int64_t start = 0, count = 0, step = 1;
};

// Python's rules for start:stop:step.
Range range_of(std::int64_t extent, const SliceOptions& options) {
  if (options.step == 0) throw ValueError("slice", "step must not be 0; got 0");
  constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max();
  const std::int64_t far = extent == longest ? longest : extent + 1;  // one beyond the end goes no further
  const std::int64_t step = std::clamp(options.step, -far, far);
  const std::int64_t low = step > 0 ? 0 : -1, high = step > 0 ? extent : extent - 1;
  const auto position = [&](const std::optional<std::int64_t>& asked, std::int64_t otherwise) {
    return asked ? std::clamp(*asked < 0 ? *asked + extent : *asked, low, high) : otherwise;
  };
  const std::int64_t start = position(options.start, step > 0 ? low : high);
  const std::int64_t stop = position(options.stop, step > 0 ? high : low);
  const std::int64_t distance = step > 0 ? stop - start : start - stop, pace = step > 0 ? step : -step;
  return {start, distance > 0 ? (distance - 1) / pace + 1 : 0, step};
}

// Strides, and where the first position of a range lies, for a tensor of that shape which has elements.
std::pair<Strides, std::int64_t> strided(const Shape& shape, std::size_t axis, const Range& range) {
  Strides strides = strides_of(shape);
  const std::int64_t offset = range.start * strides[axis];
  strides[axis] *= range.step;
  return {strides, offset};
}

// One step of a range for each position of the axis in `part`; the other axes as they are.
Arrangement along(const Shape& part, const Strides& from, const Strides& to) {
  Arrangement arrangement;
  for (std::size_t axis = 0; axis < part.rank(); ++axis) arrangement.add_axis(part[axis], from[axis], to[axis]);
  return arrangement;
}

Tensor place(const Tensor& x, std::size_t axis, const Range& range, std::int64_t extent);

// out[…, i, …] = x[…, start + i·step, …]
Tensor pick(const Tensor& x, std::size_t axis, const Range& range) {
  const Shape shape = x.shape().with(axis, range.count);
  Tensor out = result(shape, x.dtype(), x);
  if (out.is_symbolic()) return out;
  if (out.size() > 0) {
    const auto [from, offset] = strided(x.shape(), axis, range);
    copy(along(shape, from, strides_of(shape)), x, out, {.from = offset});
  }

  // d_x[…, start + i·step, …] = d_out[…, i, …], 0 elsewhere
  return detail::record(out, detail::wrt(x, [axis, range, extent = x.shape()[axis]](const Tensor& d_out) {
                          return place(d_out, axis, range, extent);
                        }));
}

// out[…, start + i·step, …] = x[…, i, …], 0 elsewhere
Tensor place(const Tensor& x, std::size_t axis, const Range& range, std::int64_t extent) {
  Tensor out = Tensor::zeros(x.shape().with(axis, extent), x.dtype());
  if (x.size() > 0) {
    const auto [to, offset] = strided(out.shape(), axis, range);
    copy(along(x.shape(), strides_of(x.shape()), to), x, out, {.to = offset});
  }

  // d_x[…, i, …] = d_out[…, start + i·step, …]
  return detail::record(out, detail::wrt(x, [axis, range](const Tensor& d_out) { return pick(d_out, axis, range); }));
}

constexpr std::int64_t most_parts_of_nothing = 1 << 16;

}  // namespace

Tensor slice(const Tensor& x, std::int64_t axis, SliceOptions options) {
  const std::size_t at = x.shape().normalize_axis(axis);
  const std::int64_t extent = x.shape()[at];
  if (extent == None) return x;
  const Range range = range_of(extent, options);
  return range.count == extent && range.step == 1 ? x : pick(x, at, range);
}

Tensor flip(const Tensor& x, std::int64_t axis) { return slice(x, axis, {.step = -1}); }

Tensor select(const Tensor& x, std::int64_t axis, std::int64_t i) {
  const std::size_t at = x.shape().normalize_axis(axis);
  const std::int64_t extent = x.shape()[at];
  if (extent != None && (i < -extent || i >= extent))
    throw IndexError("select", fmt::format("position out of range; got {} for axis {} of shape {}; expected {} … {}", i,
                                           axis, x.shape(), -extent, extent - 1));
  if (extent == None) return Tensor::symbolic(x.shape().removed(at), x.dtype());
  return reshaped(pick(x, at, {i < 0 ? i + extent : i, 1, 1}), x.shape().removed(at));
}

std::vector<Tensor> split(const Tensor& x, std::int64_t parts, std::int64_t axis) {
  const std::int64_t extent = x.dim(axis);
  if (parts < 1 || extent == None || extent % parts != 0 || parts > std::max(extent, most_parts_of_nothing))
    throw ShapeError("split", fmt::format("cannot cut into equal parts; got {} parts of axis {} of shape {}; expected "
                                          "a divisor of its extent",
                                          parts, axis, x.shape()));
  std::vector<Tensor> result;
  for (std::int64_t part = 0; part < parts; ++part)
    result.push_back(slice(x, axis, {.start = part * (extent / parts), .stop = (part + 1) * (extent / parts)}));
  return result;
}

std::vector<Tensor> split(const Tensor& x, const std::vector<std::int64_t>& positions, std::int64_t axis) {
  std::vector<Tensor> result;
  std::optional<std::int64_t> start = 0;
  for (const std::int64_t position : positions) {
    result.push_back(slice(x, axis, {.start = start, .stop = position}));
    start = position;
  }
  result.push_back(slice(x, axis, {.start = start}));
  return result;
}

namespace {

// The joined shape, after checking that the parts fit.
Shape joined_shape(const Tensors& parts, std::int64_t axis) {
  if (parts.empty()) throw ValueError("concatenate", "nothing to join; got no tensors; expected one or more");
  const std::size_t at = parts[0].shape().normalize_axis(axis);
  Shape shape = parts[0].shape().with(at, 0);
  for (const Tensor& part : parts) {
    require_same_dtype("concatenate", parts[0], part);
    if (!part.shape().fits(shape.with(at, None)))
      throw ShapeError("concatenate", fmt::format("shapes do not fit together; got {} beside {}; expected equal "
                                                  "extents but on axis {}",
                                                  part.shape(), parts[0].shape(), axis));
    for (std::size_t i = 0; i < shape.rank(); ++i) {
      const std::int64_t extent = part.shape()[i];
      if (i == at) shape = shape.with(i, extents_sum("concatenate", shape[i], extent));
      if (i != at && shape[i] == None) shape = shape.with(i, extent);
    }
  }
  return shape;
}

bool any_symbolic(const Tensors& tensors) {
  return std::any_of(tensors.begin(), tensors.end(), [](const Tensor& tensor) { return tensor.is_symbolic(); });
}

}  // namespace

// out = the parts one behind the other along the axis
Tensor concatenate(const Tensors& tensors, std::int64_t axis) {
  const Shape shape = joined_shape(tensors, axis);
  if (any_symbolic(tensors)) return Tensor::symbolic(shape, tensors[0].dtype());
  if (tensors.size() == 1) return tensors[0];
  const std::size_t at = shape.normalize_axis(axis);
  Tensor out = Tensor::uninitialized(shape, tensors[0].dtype());
  const Strides to = strides_of(shape);
  detail::PoolVector<const Tensor*> inputs;
  detail::PoolVector<std::int64_t> starts{0};
  for (const Tensor& tensor : tensors) {
    copy(along(tensor.shape(), strides_of(tensor.shape()), to), tensor, out, {.to = starts.back() * to[at]});
    starts.push_back(starts.back() + tensor.shape()[at]);
    inputs.push_back(&tensor);
  }

  // d_part = its place in d_out
  return detail::record_joint(inputs, out,
                              [at, starts = std::move(starts)](const Tensor& d_out, detail::InputGradients& d_parts) {
                                for (std::size_t i = 0; i < d_parts.size(); ++i)
                                  if (d_parts.wanted(i))
                                    d_parts.add(i, pick(d_out, at, {starts[i], starts[i + 1] - starts[i], 1}));
                              });
}

Tensor stack(const Tensors& tensors, std::int64_t axis) {
  Tensors parts;
  for (const Tensor& tensor : tensors) {
    if (tensor.shape() != tensors[0].shape())
      throw ShapeError("stack", fmt::format("shapes differ; got {} beside {}; expected equal ones", tensor.shape(),
                                            tensors[0].shape()));
    parts.push_back(expand_dims(tensor, axis));
  }
  return concatenate(parts, axis);
}

// out = `value` everywhere but for x inside
Tensor padded(const Tensor& x, std::span<const std::array<std::int64_t, 2>> before_after, double value) {
  if (before_after.size() != x.rank())
    throw ShapeError("pad", fmt::format("each axis needs a pair; got {} for shape {}; expected {}", before_after.size(),
                                        x.shape(), x.rank()));
  Shape shape, before;
  for (std::size_t axis = 0; axis < x.rank(); ++axis) {
    const auto [first, last] = before_after[axis];
    if (first < 0 || last < 0)
      throw ValueError(
          "pad", fmt::format("numbers of elements must be 0 or more; got ({}, {}) for axis {}", first, last, axis));
    shape.push_back(extents_sum("pad", extents_sum("pad", x.shape()[axis], first), last));
    before.push_back(first);
  }
  if (x.is_symbolic()) return Tensor::symbolic(shape, x.dtype());
  Tensor out = Tensor::full(shape, value, x.dtype());
  const Strides to = strides_of(shape);
  Offsets offsets;
  for (std::size_t axis = 0; axis < x.rank(); ++axis) offsets.to += before[axis] * to[axis];
  copy(along(x.shape(), strides_of(x.shape()), to), x, out, offsets);

  // d_x = what lies inside in d_out
  return detail::record(out, detail::wrt(x, [before, inside = x.shape()](const Tensor& d_out) {
                          Tensor d_x = d_out;
                          for (std::size_t axis = 0; axis < inside.rank(); ++axis)
                            d_x = pick(d_x, axis, {before[axis], inside[axis], 1});
                          return d_x;
                        }));
}

Tensor pad(const Tensor& x, const std::vector<std::array<std::int64_t, 2>>& before_after, double value) {
  return padded(x, before_after, value);
}

}  // namespace cornu::ops
