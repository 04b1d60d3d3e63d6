#include <cornu/layers/convolutional/conv.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/ops/conv_relu.hpp>
#include <cornu/layers/convolutional/window_options.hpp>
#include <cornu/layers/data_format.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

namespace {

template <std::size_t N>
constexpr std::string_view kind = N == 1   ? "Conv1D"
                                  : N == 2 ? "Conv2D"
                                           : "Conv3D";

bool divides(std::int64_t groups, std::int64_t count) { return count % groups == 0; }

}  // namespace

template <std::size_t N>
BaseConv<N>::BaseConv(std::int64_t filters, Factors<N> kernel_size, ConvOptions<N> options)
    : LayerBase(layer_options(options)), filters_(filters), kernel_size_(kernel_size), options_(std::move(options)) {
  require_positive(kind<N>, "filters", filters_);
  require_positive(kind<N>, "kernel_size", kernel_size_);
  require_positive(kind<N>, "strides", options_.strides);
  require_positive(kind<N>, "dilation_rate", options_.dilation_rate);
  require_positive(kind<N>, "groups", options_.groups);
  if (!divides(options_.groups, filters_))
    throw ValueError(kind<N>, fmt::format("the groups do not divide the filters; got {} filters in {} groups; expected "
                                          "a multiple of {}",
                                          filters_, options_.groups, options_.groups));
  require_one_of_both(kind<N>, options_.strides, options_.dilation_rate);
  options_.padding = padding_word(kind<N>, options_.padding, N == 1);
  is_channels_first(kind<N>, options_.data_format);
}

template <std::size_t N>
void BaseConv<N>::build(const Shape& input_shape) {
  const std::int64_t channels = channels_of(kind<N>, input_shape, N, options_.data_format);
  if (!divides(options_.groups, channels))
    throw ShapeError(kind<N>, fmt::format("the groups do not divide the channels; got {} groups for an input {}; "
                                          "expected a multiple of {} channels",
                                          options_.groups, input_shape, options_.groups));
  kernel_ = add_weight({.name = "kernel",
                        .shape = kernel_shape(kernel_size_, channels / options_.groups, filters_),
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
Tensor BaseConv<N>::call(const Tensor& input) {
  require_channels(kind<N>, input.shape(), N, options_.data_format, kernel_.shape()[N] * options_.groups);
  const Tensor x = as_floating(input, dtype());
  ops::ConvOptions windows{
      ops::PerAxis(options_.strides), options_.padding, options_.data_format, ops::PerAxis(options_.dilation_rate), {}};
  if (options_.use_bias) windows.bias = bias_;
  if (options_.activation.name() == "relu") return ops::conv_relu(x, kernel_, windows);
  const Tensor y = ops::conv(x, kernel_, windows);
  return options_.activation ? options_.activation(y) : y;
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& filters, auto& kernel_size, auto& options) {
  option.required("filters", filters);
  option.required("kernel_size", kernel_size);
  option("strides", options.strides);
  option("padding", options.padding);
  option("data_format", options.data_format);
  option("dilation_rate", options.dilation_rate);
  option("groups", options.groups);
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
  return from_options<L, ConvOptions<N>, std::int64_t, Factors<N>>(config, each_option);
}

}  // namespace

template <std::size_t N>
Config BaseConv<N>::get_config() const {
  return write_options(LayerBase::get_config(), each_option, filters_, kernel_size_, options_);
}

template class BaseConv<1>;
template class BaseConv<2>;
template class BaseConv<3>;

std::shared_ptr<Conv1D> Conv1D::from_config(const ConfigView& config) { return read<Conv1D, 1>(config); }
std::shared_ptr<Conv2D> Conv2D::from_config(const ConfigView& config) { return read<Conv2D, 2>(config); }
std::shared_ptr<Conv3D> Conv3D::from_config(const ConfigView& config) { return read<Conv3D, 3>(config); }

}  // namespace cornu::layers
