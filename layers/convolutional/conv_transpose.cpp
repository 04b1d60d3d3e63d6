#include <cornu/layers/convolutional/conv_transpose.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/ops/convolution.hpp>
#include <cornu/layers/convolutional/window_options.hpp>
#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

namespace {

template <std::size_t N>
constexpr std::string_view kind = N == 1   ? "Conv1DTranspose"
                                  : N == 2 ? "Conv2DTranspose"
                                           : "Conv3DTranspose";

void require_below(std::string_view layer, std::span<const std::int64_t> output_padding,
                   std::span<const std::int64_t> strides) {
  for (std::size_t axis = 0; axis < strides.size(); ++axis)
    if (output_padding[axis] < 0 || output_padding[axis] >= strides[axis])
      throw ValueError(layer, fmt::format("`output_padding` must be less than the stride; got {} for a stride of {}; "
                                          "expected 0 … {}",
                                          output_padding[axis], strides[axis], strides[axis] - 1));
}

}  // namespace

template <std::size_t N>
BaseConvTranspose<N>::BaseConvTranspose(std::int64_t filters, Factors<N> kernel_size, ConvTransposeOptions<N> options)
    : LayerBase(layer_options(options)), filters_(filters), kernel_size_(kernel_size), options_(std::move(options)) {
  require_positive(kind<N>, "filters", filters_);
  require_positive(kind<N>, "kernel_size", kernel_size_);
  require_positive(kind<N>, "strides", options_.strides);
  require_positive(kind<N>, "dilation_rate", options_.dilation_rate);
  if (options_.output_padding) require_below(kind<N>, *options_.output_padding, options_.strides);
  require_one_of_both(kind<N>, options_.strides, options_.dilation_rate);
  options_.padding = padding_word(kind<N>, options_.padding);
  is_channels_first(kind<N>, options_.data_format);
}

template <std::size_t N>
void BaseConvTranspose<N>::build(const Shape& input_shape) {
  const std::int64_t channels = channels_of(kind<N>, input_shape, N, options_.data_format);
  kernel_ = add_weight({.name = "kernel",
                        .shape = kernel_shape(kernel_size_, filters_, channels),
                        .initializer = options_.kernel_initializer,
                        .regularizer = options_.kernel_regularizer,
                        .constraint = options_.kernel_constraint});
  if (options_.use_bias)
    bias_ = add_weight({.name = "bias",
                        .shape = {filters_},
                        .initializer = options_.bias_initializer,
                        .regularizer = options_.bias_regularizer,
                        .constraint = options_.bias_constraint});
}

template <std::size_t N>
Tensor BaseConvTranspose<N>::call(const Tensor& input) {
  require_channels(kind<N>, input.shape(), N, options_.data_format, kernel_.shape().back());
  const Tensor x = as_floating(input, dtype());
  ops::ConvTransposeOptions windows{ops::PerAxis(options_.strides),
                                    options_.padding,
                                    {},
                                    options_.data_format,
                                    ops::PerAxis(options_.dilation_rate),
                                    {}};
  if (options_.output_padding) windows.output_padding = ops::PerAxis(*options_.output_padding);
  if (options_.use_bias) windows.bias = bias_;
  const Tensor y = ops::conv_transpose(x, kernel_, windows);
  return options_.activation ? options_.activation(y) : y;
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& filters, auto& kernel_size, auto& options) {
  option.required("filters", filters);
  option.required("kernel_size", kernel_size);
  option("strides", options.strides);
  option("padding", options.padding);
  option("output_padding", options.output_padding);
  option("data_format", options.data_format);
  option("dilation_rate", options.dilation_rate);
  option("activation", options.activation);
  option("use_bias", options.use_bias);
  option("kernel_initializer", options.kernel_initializer);
  option("bias_initializer", options.bias_initializer);
  option("kernel_regularizer", options.kernel_regularizer);
  option("bias_regularizer", options.bias_regularizer);
  option("activity_regularizer", options.activity_regularizer);
  option("kernel_constraint", options.kernel_constraint);
  option("bias_constraint", options.bias_constraint);
};

template <class L, std::size_t N>
std::shared_ptr<L> read(const ConfigView& config) {
  return from_options<L, ConvTransposeOptions<N>, std::int64_t, Factors<N>>(config, each_option);
}

}  // namespace

template <std::size_t N>
Config BaseConvTranspose<N>::get_config() const {
  return write_options(LayerBase::get_config(), each_option, filters_, kernel_size_, options_);
}

template class BaseConvTranspose<1>;
template class BaseConvTranspose<2>;
template class BaseConvTranspose<3>;

std::shared_ptr<Conv1DTranspose> Conv1DTranspose::from_config(const ConfigView& config) {
  return read<Conv1DTranspose, 1>(config);
}
std::shared_ptr<Conv2DTranspose> Conv2DTranspose::from_config(const ConfigView& config) {
  return read<Conv2DTranspose, 2>(config);
}
std::shared_ptr<Conv3DTranspose> Conv3DTranspose::from_config(const ConfigView& config) {
  return read<Conv3DTranspose, 3>(config);
}

}  // namespace cornu::layers
