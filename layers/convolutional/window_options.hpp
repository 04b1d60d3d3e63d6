#pragma once
// Internal: what layers with sliding windows check of their options and inputs.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <cornu/framework/ops/convolution.hpp>
#include <cornu/framework/tensor/tensor.hpp>
#include <cornu/layers/positive.hpp>

namespace cornu::layers {

/// Throws ValueError for a number below 1.
void require_positive(std::string_view layer, std::string_view option, std::span<const std::int64_t> values);

/// The word in small letters, as Keras takes and writes it. Throws ValueError for one that is none of them.
std::string padding_word(std::string_view layer, const std::string& padding, bool may_be_causal = false);

/// Throws ValueError where both are larger than 1 along some axis, as Keras does for convolutions over all channels.
void require_one_of_both(std::string_view layer, std::span<const std::int64_t> strides,
                         std::span<const std::int64_t> dilation_rate);

/// The channels of an input with that many axes besides batch and channels. Throws ShapeError for another rank, and for
/// channels that are not known.
std::int64_t channels_of(std::string_view layer, const Shape& input, std::size_t axes, const std::string& data_format);
/// Throws ShapeError unless the input has that many axes and channels, as far as they are known.
void require_channels(std::string_view layer, const Shape& input, std::size_t axes, const std::string& data_format,
                      std::int64_t channels);

/// (sizes, a, b)
Shape kernel_shape(std::span<const std::int64_t> sizes, std::int64_t a, std::int64_t b);

/// x, or its numbers as `dtype` where they are not floating.
Tensor as_floating(const Tensor& x, DType dtype);

}  // namespace cornu::layers
