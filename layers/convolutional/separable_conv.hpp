#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/reshaping/factors.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// What SeparableConv1D and SeparableConv2D are told; N is the number of axes.
template <std::size_t N>
struct SeparableConvOptions {
  Factors<N> strides = 1;
  std::string padding = "valid";              ///< or "same"
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  Factors<N> dilation_rate = 1;
  std::int64_t depth_multiplier = 1;  ///< how many channels come of each, before they are mixed
  cornu::Activation activation = {};  ///< a name, an object or a function; none: the sums as they are
  bool use_bias = true;
  Handle<initializers::Initializer> depthwise_initializer = "glorot_uniform";
  Handle<initializers::Initializer> pointwise_initializer = "glorot_uniform";
  Handle<initializers::Initializer> bias_initializer = "zeros";
  Handle<regularizers::Regularizer> depthwise_regularizer = {};
  Handle<regularizers::Regularizer> pointwise_regularizer = {};
  Handle<regularizers::Regularizer> bias_regularizer = {};
  Handle<regularizers::Regularizer> activity_regularizer = {};
  Handle<constraints::Constraint> depthwise_constraint = {};
  Handle<constraints::Constraint> pointwise_constraint = {};
  Handle<constraints::Constraint> bias_constraint = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};
using SeparableConv1DOptions = SeparableConvOptions<1>;
using SeparableConv2DOptions = SeparableConvOptions<2>;

/// What the two share. Each channel is convolved by itself, and the results are mixed: (batch, axes, channels) →
/// (batch, windows, filters), with a depthwise_kernel (kernel_size, channels, depth_multiplier), a pointwise_kernel
/// (1, …, channels · depth_multiplier, filters) and a bias (filters,). Strides may stand beside a dilation, as in Keras
/// on JAX. A mask ends here in Keras, so the layer takes none. Integer inputs are cast to the layer's dtype.
///
/// The constructor throws ValueError for filters, sizes, strides, dilations and a depth_multiplier below 1, and for
/// words that are none of those above. A call throws ShapeError for another rank, for channels that are not known, for
/// other channels than the layer was built for, and for an input that is smaller than a window of "valid".
template <std::size_t N>
class BaseSeparableConv : public LayerBase {
 public:
  BaseSeparableConv(std::int64_t filters, Factors<N> kernel_size, SeparableConvOptions<N> options = {});
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input) override;
  Config get_config() const override;

  std::int64_t filters() const { return filters_; }

 private:
  std::int64_t filters_;
  Factors<N> kernel_size_;
  SeparableConvOptions<N> options_;
  Variable depthwise_kernel_, pointwise_kernel_, bias_;
};
extern template class BaseSeparableConv<1>;
extern template class BaseSeparableConv<2>;

/// (batch, steps, channels) → (batch, windows, filters).
///
///     layers::SeparableConv1D(32, 5, {.padding = "same", .activation = "relu"})
class SeparableConv1D final : public Layer<SeparableConv1D, BaseSeparableConv<1>> {
 public:
  using Layer::Layer;
  static std::shared_ptr<SeparableConv1D> from_config(const ConfigView& config);
};

/// (batch, rows, columns, channels) → (batch, windows, windows, filters).
///
///     layers::SeparableConv2D(32, 3, {.strides = 2})
class SeparableConv2D final : public Layer<SeparableConv2D, BaseSeparableConv<2>> {
 public:
  using Layer::Layer;
  static std::shared_ptr<SeparableConv2D> from_config(const ConfigView& config);
};

/// Keras's other names for them.
using SeparableConvolution1D = SeparableConv1D;
using SeparableConvolution2D = SeparableConv2D;

}  // namespace cornu::layers
CORNU_EXPORT_END
