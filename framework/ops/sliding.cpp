#include <cornu/framework/ops/sliding.hpp>

#include <algorithm>
#include <limits>

#include <cornu/framework/ops/arrange.hpp>

namespace cornu::ops {

using kernels::WindowAxis;
using kernels::Windows;

PerAxis::PerAxis(std::span<const std::int64_t> each) : count_(each.size()) {
  if (each.empty() || each.size() > numbers_.size())
    throw ValueError("PerAxis",
                     fmt::format("wrong number of numbers; got {}; expected one for each axis, 1 to 3", each.size()));
  std::copy(each.begin(), each.end(), numbers_.begin());
}

std::array<std::int64_t, 3> PerAxis::of(std::string_view op, std::string_view option, std::size_t axes,
                                        std::int64_t least) const {
  if (count_ != 0 && count_ != axes)
    throw ValueError(op,
                     fmt::format("`{}` has another number of axes; got {} numbers for {} axes; expected one number, "
                                 "or one for each axis",
                                 option, count_, axes));
  for (std::size_t axis = 0; axis < axes; ++axis)
    if (numbers_[axis] < least)
      throw ValueError(op,
                       fmt::format("`{}` is too small; got {}; expected {} or more", option, numbers_[axis], least));
  return numbers_;
}

Padding padding_of(std::string_view op, const std::string& padding, bool may_be_causal) {
  if (padding == "valid") return Padding::valid;
  if (padding == "same") return Padding::same;
  if (padding == "causal" && may_be_causal) return Padding::causal;
  throw ValueError(op, fmt::format("unknown `padding`; got \"{}\"; expected {}", padding,
                                   may_be_causal ? "\"valid\", \"same\" or \"causal\"" : "\"valid\" or \"same\""));
}

bool has_channels_first(std::string_view op, const std::string& data_format) {
  if (data_format != "channels_first" && data_format != "channels_last")
    throw ValueError(op, fmt::format("unknown `data_format`; got \"{}\"; expected \"channels_last\" or "
                                     "\"channels_first\"",
                                     data_format));
  return data_format == "channels_first";
}

std::size_t axes_of(std::string_view op, const Shape& image) {
  if (image.rank() < 3 || image.rank() > 5)
    throw ShapeError(op, fmt::format("the input has no axes to slide along, or too many; got shape {}; expected rank 3 "
                                     "to 5: batch, one to three axes, and channels",
                                     image));
  return image.rank() - 2;
}

namespace {

constexpr std::int64_t largest_window = std::numeric_limits<std::int32_t>::max();

// From a window's first element to its last one.
std::int64_t reach_of(std::string_view op, std::int64_t size, std::int64_t dilation) {
  std::int64_t reach = 0;
  if (!__builtin_mul_overflow(size - 1, dilation, &reach) && reach < largest_window) return reach + 1;
  throw ValueError(op,
                   fmt::format("a window is too large; got {} elements that lie {} apart; expected it to reach over "
                               "fewer than 2^31",
                               size, dilation));
}

std::int64_t windows_that_fit(std::string_view op, std::int64_t extent, std::int64_t reach, std::int64_t stride) {
  if (extent < reach)
    throw ShapeError(op, fmt::format("a window is larger than the input; got {} elements along an axis of {}; expected "
                                     "no more; pad the input, or take padding \"same\"",
                                     reach, extent));
  return (extent - reach) / stride + 1;
}

WindowAxis axis_over(std::string_view op, std::int64_t extent, std::size_t i, const Sliding& sliding) {
  WindowAxis axis{extent, None, sliding.sizes[i], sliding.strides[i], sliding.dilations[i], 0};
  const std::int64_t reach = reach_of(op, axis.size, axis.dilation);
  if (extent == None) return axis;
  if (sliding.padding == Padding::valid) {
    axis.count = windows_that_fit(op, extent, reach, axis.stride);
    return axis;
  }
  axis.count = extent == 0 ? 0 : (extent - 1) / axis.stride + 1;
  const std::int64_t missing = extent == 0 ? 0 : (axis.count - 1) * axis.stride + reach - extent;
  axis.before = sliding.padding == Padding::causal ? reach - 1 : std::max<std::int64_t>(missing, 0) / 2;
  return axis;
}

// What Keras makes of an extent of maps, and how much of the images lies before the first window's end.
WindowAxis axis_under(std::string_view op, std::int64_t count, std::size_t i, const Sliding& sliding,
                      std::optional<std::int64_t> output_padding) {
  WindowAxis axis{None, count, sliding.sizes[i], sliding.strides[i], sliding.dilations[i], 0};
  const std::int64_t reach = reach_of(op, axis.size, axis.dilation), odd = reach % 2;
  const bool same = sliding.padding == Padding::same;
  // what an image has beside (count − 1) · stride
  const std::int64_t usual = same ? axis.stride : std::max(reach, axis.stride);
  const std::int64_t rest = output_padding ? extents_sum(op, same ? odd : reach, *output_padding) : usual;
  if (same) {
    const std::int64_t missing = extents_sum(op, reach, output_padding ? rest : axis.stride) - 2;
    axis.before = reach - 1 - std::min(missing / 2 + missing % 2, reach - 1);
  }
  if (count == None) return axis;
  axis.extent = count == 0 ? 0 : extents_sum(op, extents_product(op, count - 1, axis.stride), rest);
  if (count > 0 && axis.extent < 1)
    throw ShapeError(op, fmt::format("nothing comes out; got an axis of {} for windows of {}; expected an output with "
                                     "elements; give a larger `output_padding`",
                                     count, reach));
  return axis;
}

// Along the last axes; those that images do not have come first.
template <class F>
Windows windows_along(const Shape& like, std::size_t axes, const F& axis) {
  Windows windows;
  windows.batch = like[0];
  for (std::size_t i = 0; i < axes; ++i) windows.axes[3 - axes + i] = axis(like[1 + i], i);
  return windows;
}

}  // namespace

namespace {

void require_size(std::string_view op, const Sliding& sliding) {
  std::int64_t size = 1;
  for (std::size_t i = 0; i < sliding.axes; ++i) size = extents_product(op, size, sliding.sizes[i]);
  if (size > largest_window)
    throw ValueError(op, fmt::format("a window is too large; got {} elements; expected fewer than 2^31", size));
}

}  // namespace

Windows windows_over(std::string_view op, const Shape& images, const Sliding& sliding) {
  require_size(op, sliding);
  return windows_along(images, sliding.axes,
                       [&](std::int64_t extent, std::size_t i) { return axis_over(op, extent, i, sliding); });
}

Windows windows_under(std::string_view op, const Shape& maps, const Sliding& sliding,
                      const std::optional<std::array<std::int64_t, 3>>& output_padding) {
  require_size(op, sliding);
  return windows_along(maps, sliding.axes, [&](std::int64_t count, std::size_t i) {
    return axis_under(op, count, i, sliding, output_padding ? std::optional((*output_padding)[i]) : std::nullopt);
  });
}

namespace {

template <class F>
Shape image_shape(const Shape& like, const Windows& windows, std::int64_t channels, const F& extent) {
  Shape shape(like[0]);
  const std::size_t axes = like.rank() - 2;
  for (std::size_t i = 0; i < axes; ++i) shape.push_back(extent(windows.axes[3 - axes + i]));
  shape.push_back(channels);
  return shape;
}

}  // namespace

Shape images_shape(const Shape& like, const Windows& windows, std::int64_t channels) {
  return image_shape(like, windows, channels, [](const WindowAxis& axis) { return axis.extent; });
}
Shape maps_shape(const Shape& like, const Windows& windows, std::int64_t channels) {
  return image_shape(like, windows, channels, [](const WindowAxis& axis) { return axis.count; });
}

Shape with_channels_last(const Shape& image) { return image.removed(1).inserted(image.rank() - 1, image[1]); }

namespace {

Shape with_channels_first(const Shape& image) { return image.removed(image.rank() - 1).inserted(1, image.back()); }

// Channels and cells, the axes of which are one, in each other's place: (batch, a, b) → (batch, b, a).
Tensor exchanged(const Tensor& x, const Shape& shape, std::int64_t a) {
  Tensor out = result(shape, x.dtype(), x);
  if (out.is_symbolic() || out.size() == 0) return out;
  const std::int64_t b = x.size() / x.dim(0) / a;
  kernels::Arrangement arrangement;
  arrangement.add_axis(x.dim(0), a * b, a * b);
  arrangement.add_axis(b, 1, a);
  arrangement.add_axis(a, b, 1);
  copy(arrangement, x, out);
  return out;
}

}  // namespace

Tensor to_channels_last(const Tensor& x) {
  return detail::record(exchanged(x, with_channels_last(x.shape()), x.dim(1)),
                        detail::wrt(x, [](const Tensor& d_y) { return to_channels_first(d_y); }));
}

Tensor to_channels_first(const Tensor& x) {
  const std::int64_t cells = x.is_symbolic() || x.size() == 0 ? 1 : x.size() / x.dim(0) / x.dim(-1);
  return detail::record(exchanged(x, with_channels_first(x.shape()), cells),
                        detail::wrt(x, [](const Tensor& d_y) { return to_channels_last(d_y); }));
}

}  // namespace cornu::ops
