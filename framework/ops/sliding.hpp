#pragma once
// Internal: options of sliding windows, checked, as the geometry that kernels walk.
#include <span>
#include <string>
#include <string_view>

#include <cornu/framework/kernels/windows.hpp>
#include <cornu/framework/ops/convolution.hpp>

namespace cornu::ops {

enum class Padding { valid, same, causal };
/// Throws ValueError for another word, and for "causal" unless it may be that.
Padding padding_of(std::string_view op, const std::string& padding, bool may_be_causal = false);

/// Whether `data_format` is "channels_first" rather than "channels_last". Throws ValueError for anything else.
bool has_channels_first(std::string_view op, const std::string& data_format);

/// How many axes an image has besides batch and channels. Throws ShapeError for none and for more than three.
std::size_t axes_of(std::string_view op, const Shape& image);

/// How windows lie along each axis, without the images' extents.
struct Sliding {
  std::array<std::int64_t, 3> sizes, strides, dilations;
  Padding padding = Padding::valid;
  std::size_t axes = 0;
};

/// The windows over images (batch, axes, channels). Extents that are None give counts that are None. Throws ShapeError
/// where nothing fits, ValueError for windows beyond 2^31 elements.
kernels::Windows windows_over(std::string_view op, const Shape& images, const Sliding& sliding);

/// The windows of which there are as many as `maps` (batch, axes, channels) has elements, over images as large as Keras
/// makes them. Throws as windows_over.
kernels::Windows windows_under(std::string_view op, const Shape& maps, const Sliding& sliding,
                               const std::optional<std::array<std::int64_t, 3>>& output_padding);

/// (batch, axes, channels), the axes as large as the windows' images are, or as there are windows.
Shape images_shape(const Shape& like, const kernels::Windows& windows, std::int64_t channels);
Shape maps_shape(const Shape& like, const kernels::Windows& windows, std::int64_t channels);

/// The shape of a tensor with its channels moved behind the other axes.
Shape with_channels_last(const Shape& image);
/// (batch, channels, axes) as (batch, axes, channels), and back. The gradient goes the other way.
Tensor to_channels_last(const Tensor& x);
Tensor to_channels_first(const Tensor& x);

}  // namespace cornu::ops
