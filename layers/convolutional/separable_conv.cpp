#include <cornu/layers/convolutional/separable_conv.hpp>

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
constexpr std::string_view kind = N == 1 ? "SeparableConv1D" : "SeparableConv2D";

}  // namespace

template <std::size_t N>
BaseSeparableConv<N>::BaseSeparableConv(std::int64_t filters, Factors<N> kernel_size, SeparableConvOptions<N> options)
    : LayerBase(layer_options(options)), filters_(filters), kernel_size_(kernel_size), options_(std::move(options)) {
  require_positive(kind<N>, "filters", filters_);
  require_positive(kind<N>, "kernel_size", kernel_size_);
  require_positive(kind<N>, "strides", options_.strides);
  require_positive(kind<N>, "dilation_rate", options_.dilation_rate);
  require_positive(kind<N>, "depth_multiplier", options_.depth_multiplier);
  options_.padding = padding_word(kind<N>, options_.padding);
  is_channels_first(kind<N>, options_.data_format);
}

template <std::size_t N>
void BaseSeparableConv<N>::build(const Shape& input_shape) {
  const std::int64_t channels = channels_of(kind<N>, input_shape, N, options_.data_format);
  const std::int64_t between = ops::extents_product(kind<N>, channels, options_.depth_multiplier);
  depthwise_kernel_ = add_weight({.name = "depthwise_kernel",
                                  .shape = kernel_shape(kernel_size_, channels, options_.depth_multiplier),
                                  .initializer = options_.depthwise_initializer,
                                  .regularizer = options_.depthwise_regularizer,
                                  .constraint = options_.depthwise_constraint});
  pointwise_kernel_ = add_weight({.name = "pointwise_kernel",
                                  .shape = kernel_shape(Factors<N>(1), between, filters_),
                                  .initializer = options_.pointwise_initializer,
                                  .regularizer = options_.pointwise_regularizer,
                                  .constraint = options_.pointwise_constraint});
  if (options_.use_bias)
    bias_ = add_weight({.name = "bias",
                        .shape = {filters_},
                        .initializer = options_.bias_initializer,
                        .regularizer = options_.bias_regularizer,
                        .constraint = options_.bias_constraint});
}

template <std::size_t N>
Tensor BaseSeparableConv<N>::call(const Tensor& input) {
  require_channels(kind<N>, input.shape(), N, options_.data_format, depthwise_kernel_.shape()[N]);
  const Tensor x = as_floating(input, dtype());
  ops::ConvOptions windows{
      ops::PerAxis(options_.strides), options_.padding, options_.data_format, ops::PerAxis(options_.dilation_rate), {}};
  if (options_.use_bias) windows.bias = bias_;
  const Tensor y = ops::separable_conv(x, depthwise_kernel_, pointwise_kernel_, windows);
  return options_.activation ? options_.activation(y) : y;
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& filters, auto& kernel_size, auto& options) {
  option("depth_multiplier", options.depth_multiplier);
  option.required("filters", filters);
  option.required("kernel_size", kernel_size);
  option("strides", options.strides);
  option("padding", options.padding);
  option("data_format", options.data_format);
  option("dilation_rate", options.dilation_rate);
  option("activation", options.activation);
  option("use_bias", options.use_bias);
  option("depthwise_initializer", options.depthwise_initializer);
  option("pointwise_initializer", options.pointwise_initializer);
  option("bias_initializer", options.bias_initializer);
  option("depthwise_regularizer", options.depthwise_regularizer);
  option("pointwise_regularizer", options.pointwise_regularizer);
  option("bias_regularizer", options.bias_regularizer);
  option("activity_regularizer", options.activity_regularizer);
  option("depthwise_constraint", options.depthwise_constraint);
  option("pointwise_constraint", options.pointwise_constraint);
  option("bias_constraint", options.bias_constraint);
};

template <class L, std::size_t N>
std::shared_ptr<L> read(const ConfigView& config) {
  return from_options<L, SeparableConvOptions<N>, std::int64_t, Factors<N>>(config, each_option);
}

}  // namespace

template <std::size_t N>
Config BaseSeparableConv<N>::get_config() const {
  return write_options(LayerBase::get_config(), each_option, filters_, kernel_size_, options_);
}

template class BaseSeparableConv<1>;
template class BaseSeparableConv<2>;

std::shared_ptr<SeparableConv1D> SeparableConv1D::from_config(const ConfigView& config) {
  return read<SeparableConv1D, 1>(config);
}
std::shared_ptr<SeparableConv2D> SeparableConv2D::from_config(const ConfigView& config) {
  return read<SeparableConv2D, 2>(config);
}

}  // namespace cornu::layers
