#pragma once
#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Windows that slide over images, in Keras's words. An image is (batch, axes, channels), or (batch, channels, axes)
/// with data_format "channels_first", and has one to three axes. Along each of them window i begins at i · stride and
/// looks at `size` elements that lie `dilation_rate` apart. With padding "valid" all of them are there: there are
/// ⌊(extent − dilation · (size − 1) − 1) / stride⌋ + 1 windows. With "same" there are ⌈extent / stride⌉, and what is
/// missing for that lies half before the image and half behind it, the larger half behind. With "causal", for one axis,
/// all of it lies before.
///
/// On a symbolic tensor an op only infers its result. All of them throw ShapeError for shapes that do not fit and for
/// an image that is smaller than a window of "valid", ValueError for sizes, strides and dilations below 1, for more or
/// fewer of them than there are axes, and for other words.
namespace cornu::ops {

/// A number for each axis between batch and channels: `2` for all of them, `{2, 1}`; `{}` where none need be given.
/// Not made from std::initializer_list: gcc 12 would take `{.strides = 3}`, which is meant for the options behind it,
/// for a number.
class PerAxis {
 public:
  PerAxis() = default;
  PerAxis(std::int64_t all) : numbers_{all, all, all} {}
  template <std::integral... I>
  requires(sizeof...(I) > 1) PerAxis(I... each)
      : PerAxis(std::span<const std::int64_t>(std::array{static_cast<std::int64_t>(each)...})) {}
  explicit PerAxis(std::span<const std::int64_t> each);
  bool is_given() const { return numbers_[0] != not_given; }
  /// The numbers for that many axes. Throws ValueError, with `op` and `option` in its text, for another number of them
  /// and for one below `least`.
  std::array<std::int64_t, 3> of(std::string_view op, std::string_view option, std::size_t axes,
                                 std::int64_t least = 1) const;

 private:
  static constexpr std::int64_t not_given = std::numeric_limits<std::int64_t>::min();

  std::array<std::int64_t, 3> numbers_{not_given, not_given, not_given};
  std::size_t count_ = 0;  // none: one number for all axes
};

struct ConvOptions {
  PerAxis strides = 1;
  std::string padding = "valid";
  std::string data_format = "channels_last";
  PerAxis dilation_rate = 1;
  std::optional<Tensor> bias = {};  ///< (filters,), added in one go
};

/// y[…, f] = Σ window[…, c] · kernel[…, c, f]: x (batch, axes, channels) and kernel (sizes, channels / groups, filters)
/// → (batch, windows, filters). With fewer channels in the kernel than in x there are groups, and the filters of one
/// see its channels alone. The kernel is not turned round, as in all such libraries. Floating dtypes.
///
///     const Tensor edges = ops::conv(images, kernel, {.strides = 2, .padding = "same"});
///
/// d_x = conv_transpose of d_y by the same kernel; d_kernel = Σ windows · d_y.
Tensor conv(const Tensor& x, const Tensor& kernel, const ConvOptions& options = {});

/// y[…, c · multiplier + j] = Σ window[…, c] · kernel[…, c, j]: each channel by itself, with a kernel (sizes, channels,
/// multiplier).
Tensor depthwise_conv(const Tensor& x, const Tensor& kernel, const ConvOptions& options = {});

/// depthwise_conv, and conv by a kernel (1, …, channels · multiplier, filters) behind it.
Tensor separable_conv(const Tensor& x, const Tensor& depthwise_kernel, const Tensor& pointwise_kernel,
                      const ConvOptions& options = {});

struct ConvTransposeOptions {
  PerAxis strides = 1;
  std::string padding = "valid";
  /// Elements of y beyond the least number, fewer than the stride; unless given "same" makes stride · extent of them
  /// and "valid" as many as the windows reach.
  PerAxis output_padding = {};
  std::string data_format = "channels_last";
  PerAxis dilation_rate = 1;
  std::optional<Tensor> bias = {};  ///< (filters,), added in one go
};

/// The gradient of conv with respect to its images, as an op: each element of x is a window of y, to which it adds its
/// products with a kernel (sizes, filters, channels): (batch, axes, channels) → (batch, larger axes, filters).
Tensor conv_transpose(const Tensor& x, const Tensor& kernel, const ConvTransposeOptions& options = {});

struct PoolOptions {
  PerAxis strides = {};  ///< pool_size unless given
  std::string padding = "valid";
  std::string data_format = "channels_last";
};

/// The largest element of each window, channel by channel; NaN wins. Any number dtype. The gradient goes to the first
/// of equals.
Tensor max_pool(const Tensor& x, const PerAxis& pool_size, const PoolOptions& options = {});
/// The mean of each window, channel by channel; what lies outside the image does not count. Floating dtypes.
Tensor average_pool(const Tensor& x, const PerAxis& pool_size, const PoolOptions& options = {});

}  // namespace cornu::ops
CORNU_EXPORT_END
