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

/// What Conv1DTranspose, Conv2DTranspose and Conv3DTranspose are told; N is the number of axes.
template <std::size_t N>
struct ConvTransposeOptions {
  Factors<N> strides = 1;
  std::string padding = "valid";              ///< or "same"
  OptionalFactors<N> output_padding = {};     ///< elements beyond the least number, fewer than the stride
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, channels, …)
  Factors<N> dilation_rate = 1;
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
using Conv1DTransposeOptions = ConvTransposeOptions<1>;
using Conv2DTransposeOptions = ConvTransposeOptions<2>;
using Conv3DTransposeOptions = ConvTransposeOptions<3>;

/// What the three share. activation(conv_transpose(x, kernel) + bias): (batch, axes, channels) → (batch, larger axes,
/// filters), with a kernel (kernel_size, filters, channels) and a bias (filters,). With windows of k elements from
/// first to last an axis of n becomes
///
///     padding   output_padding none      output_padding p
///     "valid"   (n − 1) · s + max(k, s)  (n − 1) · s + k + p
///     "same"    n · s                    (n − 1) · s + k mod 2 + p
///
/// where "same" cuts the windows' margins as Keras on JAX and TensorFlow does, which for p = 0 and p none are not the
/// same margins. A mask ends here in Keras, so the layer takes none. Integer inputs are cast to the layer's dtype.
///
/// The constructor throws ValueError for filters, sizes, strides and dilations below 1, for an output_padding below 0
/// or not below the stride, for strides and dilations that are both above 1, and for words that are none of those
/// above. A call throws ShapeError for another rank, for channels that are not known, for other channels than the layer
/// was built for, and where nothing would come out.
template <std::size_t N>
class BaseConvTranspose : public LayerBase {
 public:
  BaseConvTranspose(std::int64_t filters, Factors<N> kernel_size, ConvTransposeOptions<N> options = {});
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input) override;
  Config get_config() const override;

  std::int64_t filters() const { return filters_; }

 private:
  std::int64_t filters_;
  Factors<N> kernel_size_;
  ConvTransposeOptions<N> options_;
  Variable kernel_, bias_;
};
extern template class BaseConvTranspose<1>;
extern template class BaseConvTranspose<2>;
extern template class BaseConvTranspose<3>;

/// Sequences made longer: (batch, steps, channels) → (batch, more steps, filters).
///
///     layers::Conv1DTranspose(16, 3, {.strides = 2, .padding = "same"})   // twice as many steps
class Conv1DTranspose final : public Layer<Conv1DTranspose, BaseConvTranspose<1>> {
 public:
  using Layer::Layer;
  static std::shared_ptr<Conv1DTranspose> from_config(const ConfigView& config);
};

/// Images made larger: (batch, rows, columns, channels) → (batch, more rows, more columns, filters).
///
///     layers::Conv2DTranspose(16, 3, {.strides = 2, .padding = "same"})   // twice as high and wide
class Conv2DTranspose final : public Layer<Conv2DTranspose, BaseConvTranspose<2>> {
 public:
  using Layer::Layer;
  static std::shared_ptr<Conv2DTranspose> from_config(const ConfigView& config);
};

/// Volumes made larger: (batch, depth, rows, columns, channels) → (batch, larger axes, filters).
class Conv3DTranspose final : public Layer<Conv3DTranspose, BaseConvTranspose<3>> {
 public:
  using Layer::Layer;
  static std::shared_ptr<Conv3DTranspose> from_config(const ConfigView& config);
};

/// Keras's other names for them.
using Convolution1DTranspose = Conv1DTranspose;
using Convolution2DTranspose = Conv2DTranspose;
using Convolution3DTranspose = Conv3DTranspose;

}  // namespace cornu::layers
CORNU_EXPORT_END
