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

/// What Conv1D, Conv2D and Conv3D are told; N is the number of axes.
template <std::size_t N>
struct ConvOptions {
  Factors<N> strides = 1;
  std::string padding = "valid";              ///< or "same"; of Conv1D "causal" too: the past alone
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  Factors<N> dilation_rate = 1;
  std::int64_t groups = 1;            ///< into how many the channels part, each with filters of its own
  cornu::Activation activation = {};  ///< a name, an object or a function; none: the sums as they are
  bool use_bias = true;
  Handle<initializers::Initializer> kernel_initializer = "glorot_uniform";
  Handle<initializers::Initializer> bias_initializer = "zeros";
  Handle<regularizers::Regularizer> kernel_regularizer = {};
  Handle<regularizers::Regularizer> bias_regularizer = {};
  Handle<regularizers::Regularizer> activity_regularizer = {};
  Handle<constraints::Constraint> kernel_constraint = {};
  Handle<constraints::Constraint> bias_constraint = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};
using Conv1DOptions = ConvOptions<1>;
using Conv2DOptions = ConvOptions<2>;
using Conv3DOptions = ConvOptions<3>;

/// What the three share. activation(conv(x, kernel) + bias): (batch, axes, channels) → (batch, windows, filters), with
/// a kernel (kernel_size, channels / groups, filters) and a bias (filters,); ops::conv says where windows lie. A mask
/// ends here in Keras, so the layer takes none. Integer inputs are cast to the layer's dtype.
///
/// The constructor throws ValueError for filters, sizes, strides, dilations and groups below 1, for filters that the
/// groups do not divide, for strides and dilations that are both above 1, and for words that are none of those above.
/// A call throws ShapeError for another rank, for channels that are not known or that the groups do not divide, for
/// other channels than the layer was built for, and for an input that is smaller than a window of "valid".
template <std::size_t N>
class BaseConv : public LayerBase {
 public:
  BaseConv(std::int64_t filters, Factors<N> kernel_size, ConvOptions<N> options = {});
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input) override;
  Config get_config() const override;

  std::int64_t filters() const { return filters_; }

 private:
  std::int64_t filters_;
  Factors<N> kernel_size_;
  ConvOptions<N> options_;
  Variable kernel_, bias_;
};
extern template class BaseConv<1>;
extern template class BaseConv<2>;
extern template class BaseConv<3>;

/// Windows that slide along sequences: (batch, steps, channels) → (batch, windows, filters).
///
///     layers::Conv1D(32, 5, {.padding = "causal", .dilation_rate = 2})
class Conv1D final : public Layer<Conv1D, BaseConv<1>> {
 public:
  using Layer::Layer;
  static std::shared_ptr<Conv1D> from_config(const ConfigView& config);
};

/// Windows that slide over images: (batch, rows, columns, channels) → (batch, windows, windows, filters).
///
///     layers::Conv2D(32, 3, {.activation = "relu"})     layers::Conv2D(8, {1, 3}, {.strides = {1, 2}})
class Conv2D final : public Layer<Conv2D, BaseConv<2>> {
 public:
  using Layer::Layer;
  static std::shared_ptr<Conv2D> from_config(const ConfigView& config);
};

/// Windows that slide through volumes: (batch, depth, rows, columns, channels) → (batch, windows, windows, windows,
/// filters).
class Conv3D final : public Layer<Conv3D, BaseConv<3>> {
 public:
  using Layer::Layer;
  static std::shared_ptr<Conv3D> from_config(const ConfigView& config);
};

/// Keras's other names for them.
using Convolution1D = Conv1D;
using Convolution2D = Conv2D;
using Convolution3D = Conv3D;

}  // namespace cornu::layers
CORNU_EXPORT_END
