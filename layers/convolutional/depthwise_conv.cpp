#include <cornu/layers/convolutional/depthwise_conv.hpp>

#include <utility>

#include <cornu/framework/ops/convolution.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/layers/convolutional/window_options.hpp>
#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

namespace {

template <std::size_t N>
constexpr std::string_view kind = N == 1 ? "DepthwiseConv1D" : "DepthwiseConv2D";

}  // namespace

template <std::size_t N>
BaseDepthwiseConv<N>::BaseDepthwiseConv(Factors<N> kernel_size, DepthwiseConvOptions<N> options)
    : LayerBase(layer_options(options)), kernel_size_(kernel_size), options_(std::move(options)) {
  require_positive(kind<N>, "kernel_size", kernel_size_);
  require_positive(kind<N>, "strides", options_.strides);
  require_positive(kind<N>, "depth_multiplier", options_.depth_multiplier);
  require_positive(kind<N>, "dilation_rate", options_.dilation_rate);
  options_.padding = padding_word(kind<N>, options_.padding);
  is_channels_first(kind<N>, options_.data_format);
}

template <std::size_t N>
void BaseDepthwiseConv<N>::build(const Shape& input_shape) {
  const std::int64_t channels = channels_of(kind<N>, input_shape, N, options_.data_format);
  kernel_ = add_weight({.name = "kernel",
                        .shape = kernel_shape(kernel_size_, channels, options_.depth_multiplier),
                        .initializer = options_.depthwise_initializer,
                        .regularizer = options_.depthwise_regularizer,
                        .constraint = options_.depthwise_constraint});
  if (options_.use_bias)
    bias_ = add_weight({.name = "bias",
                        .shape = {ops::extents_product(kind<N>, channels, options_.depth_multiplier)},
                        .initializer = options_.bias_initializer,
                        .regularizer = options_.bias_regularizer,
                        .constraint = options_.bias_constraint});
}

template <std::size_t N>
Tensor BaseDepthwiseConv<N>::call(const Tensor& input) {
  require_channels(kind<N>, input.shape(), N, options_.data_format, kernel_.shape()[N]);
  const Tensor x = as_floating(input, dtype());
  ops::ConvOptions windows{
      ops::PerAxis(options_.strides), options_.padding, options_.data_format, ops::PerAxis(options_.dilation_rate), {}};
  if (options_.use_bias) windows.bias = bias_;
  const Tensor y = ops::depthwise_conv(x, kernel_, windows);
  return options_.activation ? options_.activation(y) : y;
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& kernel_size, auto& options) {
  option("depth_multiplier", options.depth_multiplier);
  option.required("kernel_size", kernel_size);
  option("strides", options.strides);
  option("padding", options.padding);
  option("data_format", options.data_format);
  option("dilation_rate", options.dilation_rate);
  option("activation", options.activation);
  option("use_bias", options.use_bias);
  option("depthwise_initializer", options.depthwise_initializer);
  option("bias_initializer", options.bias_initializer);
  option("depthwise_regularizer", options.depthwise_regularizer);
  option("bias_regularizer", options.bias_regularizer);
  option("activity_regularizer", options.activity_regularizer);
  option("depthwise_constraint", options.depthwise_constraint);
  option("bias_constraint", options.bias_constraint);
};

template <class L, std::size_t N>
std::shared_ptr<L> read(const ConfigView& config) {
  return from_options<L, DepthwiseConvOptions<N>, Factors<N>>(config, each_option);
}

}  // namespace

template <std::size_t N>
Config BaseDepthwiseConv<N>::get_config() const {
  return write_options(LayerBase::get_config(), each_option, kernel_size_, options_);
}

template class BaseDepthwiseConv<1>;
template class BaseDepthwiseConv<2>;

std::shared_ptr<DepthwiseConv1D> DepthwiseConv1D::from_config(const ConfigView& config) {
  return read<DepthwiseConv1D, 1>(config);
}
std::shared_ptr<DepthwiseConv2D> DepthwiseConv2D::from_config(const ConfigView& config) {
  return read<DepthwiseConv2D, 2>(config);
}

}  // namespace cornu::layers
