#include <cornu/layers/convolutional/window_options.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/sliding.hpp>
#include <cornu/layers/data_format.hpp>

namespace cornu::layers {

void require_positive(std::string_view layer, std::string_view option, std::span<const std::int64_t> values) {
  for (const std::int64_t value : values) require_positive(layer, option, value);
}

std::string padding_word(std::string_view layer, const std::string& padding, bool may_be_causal) {
  std::string word = padding;
  for (char& letter : word)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  ops::padding_of(layer, word, may_be_causal);
  return word;
}

void require_one_of_both(std::string_view layer, std::span<const std::int64_t> strides,
                         std::span<const std::int64_t> dilation_rate) {
  const auto is_one = [](std::int64_t number) { return number == 1; };
  if (std::all_of(strides.begin(), strides.end(), is_one) ||
      std::all_of(dilation_rate.begin(), dilation_rate.end(), is_one))
    return;
  throw ValueError(layer, fmt::format("`strides` above 1 do not go with a `dilation_rate` above 1; got ({}) and ({}); "
                                      "expected one of them to be 1",
                                      fmt::join(strides, ", "), fmt::join(dilation_rate, ", ")));
}

namespace {

std::size_t channel_axis(std::string_view layer, const Shape& input, const std::string& data_format) {
  return is_channels_first(layer, data_format) ? 1 : input.rank() - 1;
}

void require_rank(std::string_view layer, const Shape& input, std::size_t axes, const std::string& data_format) {
  if (input.rank() == axes + 2) return;
  throw ShapeError(
      layer,
      fmt::format("the input has another rank; got shape {}; expected rank {}: batch, {}", input, axes + 2,
                  is_channels_first(layer, data_format) ? "channels and the axes behind them" : "axes, and channels"));
}

}  // namespace

std::int64_t channels_of(std::string_view layer, const Shape& input, std::size_t axes, const std::string& data_format) {
  require_rank(layer, input, axes, data_format);
  const std::int64_t channels = input[channel_axis(layer, input, data_format)];
  if (channels != None) return channels;
  throw ShapeError(layer,
                   fmt::format("the number of channels is not known; got shape {}; expected it to be given", input));
}

void require_channels(std::string_view layer, const Shape& input, std::size_t axes, const std::string& data_format,
                      std::int64_t channels) {
  require_rank(layer, input, axes, data_format);
  const std::int64_t given = input[channel_axis(layer, input, data_format)];
  if (given != channels && given != None && channels != None)
    throw ShapeError(layer, fmt::format("the layer was built for another input; got shape {}; expected {} channels",
                                        input, channels));
}

Shape kernel_shape(std::span<const std::int64_t> sizes, std::int64_t a, std::int64_t b) {
  Shape shape(sizes);
  shape.push_back(a);
  shape.push_back(b);
  return shape;
}

Tensor as_floating(const Tensor& x, DType dtype) { return is_floating(x.dtype()) ? x : ops::cast(x, dtype); }

}  // namespace cornu::layers
