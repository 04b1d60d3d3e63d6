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

/// What DepthwiseConv1D and DepthwiseConv2D are told; N is the number of axes.
template <std::size_t N>
struct DepthwiseConvOptions {
  Factors<N> strides = 1;
  std::string padding = "valid";              ///< or "same"
  std::int64_t depth_multiplier = 1;          ///< how many channels come of each
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  Factors<N> dilation_rate = 1;
  cornu::Activation activation = {};  ///< a name, an object or a function; none: the sums as they are
  bool use_bias = true;
  Handle<initializers::Initializer> depthwise_initializer = "glorot_uniform";
  Handle<initializers::Initializer> bias_initializer = "zeros";
  Handle<regularizers::Regularizer> depthwise_regularizer = {};
  Handle<regularizers::Regularizer> bias_regularizer = {};
  Handle<regularizers::Regularizer> activity_regularizer = {};
  Handle<constraints::Constraint> depthwise_constraint = {};
  Handle<constraints::Constraint> bias_constraint = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};
using DepthwiseConv1DOptions = DepthwiseConvOptions<1>;
using DepthwiseConv2DOptions = DepthwiseConvOptions<2>;

/// What the two share. Each channel is convolved by itself: (batch, axes, channels) → (batch, windows, channels ·
/// depth_multiplier), with a kernel (kernel_size, channels, depth_multiplier) and a bias (channels ·
/// depth_multiplier,). Strides may differ from axis to axis, and may stand beside a dilation, as in Keras on JAX. A
/// mask ends here in Keras, so the layer takes none. Integer inputs are cast to the layer's dtype.
///
/// The constructor throws ValueError for sizes, strides, dilations and a depth_multiplier below 1, and for words that
/// are none of those above. A call throws ShapeError for another rank, for channels that are not known, for other
/// channels than the layer was built for, and for an input that is smaller than a window of "valid".
template <std::size_t N>
class BaseDepthwiseConv : public LayerBase {
 public:
  explicit BaseDepthwiseConv(Factors<N> kernel_size, DepthwiseConvOptions<N> options = {});
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input) override;
  Config get_config() const override;

 private:
  Factors<N> kernel_size_;
  DepthwiseConvOptions<N> options_;
  Variable kernel_, bias_;
};
extern template class BaseDepthwiseConv<1>;
extern template class BaseDepthwiseConv<2>;

/// (batch, steps, channels) → (batch, windows, channels · depth_multiplier).
///
///     layers::DepthwiseConv1D(5, {.padding = "same", .depth_multiplier = 2})
class DepthwiseConv1D final : public Layer<DepthwiseConv1D, BaseDepthwiseConv<1>> {
 public:
  using Layer::Layer;
  static std::shared_ptr<DepthwiseConv1D> from_config(const ConfigView& config);
};

/// (batch, rows, columns, channels) → (batch, windows, windows, channels · depth_multiplier).
///
///     layers::DepthwiseConv2D({3, 3}, {.strides = 2, .padding = "same"})
class DepthwiseConv2D final : public Layer<DepthwiseConv2D, BaseDepthwiseConv<2>> {
 public:
  using Layer::Layer;
  static std::shared_ptr<DepthwiseConv2D> from_config(const ConfigView& config);
};

}  // namespace cornu::layers
CORNU_EXPORT_END
