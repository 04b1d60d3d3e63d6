#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/layers/recurrent/recurrent_layer.hpp>
#include <cornu/layers/reshaping/factors.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// What ConvLSTM1D, ConvLSTM2D and ConvLSTM3D are told; N is the number of axes.
template <std::size_t N>
struct ConvLSTMOptions {
  Factors<N> strides = 1;                     ///< of the windows over the inputs; those over the state have 1
  std::string padding = "valid";              ///< or "same"; of the state it is always "same"
  std::string data_format = "channels_last";  ///< or "channels_first": (batch, steps, channels, …)
  Factors<N> dilation_rate = 1;               ///< over the inputs
  cornu::Activation activation = "tanh";
  cornu::Activation recurrent_activation = "sigmoid";
  bool use_bias = true;
  Handle<initializers::Initializer> kernel_initializer = "glorot_uniform";
  Handle<initializers::Initializer> recurrent_initializer = "orthogonal";
  Handle<initializers::Initializer> bias_initializer = "zeros";
  bool unit_forget_bias = true;  ///< the forget gate's bias begins as ones
  Handle<regularizers::Regularizer> kernel_regularizer = {};
  Handle<regularizers::Regularizer> recurrent_regularizer = {};
  Handle<regularizers::Regularizer> bias_regularizer = {};
  Handle<regularizers::Regularizer> activity_regularizer = {};
  Handle<constraints::Constraint> kernel_constraint = {};
  Handle<constraints::Constraint> recurrent_constraint = {};
  Handle<constraints::Constraint> bias_constraint = {};
  double dropout = 0;                      ///< the part of the inputs that training drops, for each gate its own
  double recurrent_dropout = 0;            ///< the part of the state that it drops, likewise; the same at all steps
  std::optional<std::uint64_t> seed = {};  ///< a stream of numbers of the layer's own
  bool return_sequences = false;           ///< these as in RecurrentLayerOptions
  bool return_state = false;
  bool go_backwards = false;
  bool stateful = false;
  bool unroll = false;
  bool zero_output_for_mask = false;
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};
using ConvLSTM1DOptions = ConvLSTMOptions<1>;
using ConvLSTM2DOptions = ConvLSTMOptions<2>;
using ConvLSTM3DOptions = ConvLSTMOptions<3>;

/// What the three share: an LSTM with convolutions for products (Shi and others, "Convolutional LSTM network", NIPS
/// 2015, without the peepholes, as in Keras). (batch, steps, axes, channels) → the last h (batch, windows, filters), or
/// that of all steps. With z = conv(x, kernel) + bias + conv(h, recurrent_kernel), the second one with padding "same":
/// i, f, o = recurrent_activation of z_i, z_f, z_o; c' = f · c + i · activation(z_c); h' = o · activation(c').
///
/// Weights: kernel (kernel_size, channels, 4 · filters), recurrent_kernel (kernel_size, filters, 4 · filters) and bias
/// (4 · filters,), in the order i, f, c, o. Initial states and kept ones are (batch, windows, filters). See
/// RecurrentLayer for inputs, outputs and masks. Keras wants all axes' extents known; here they may be open.
///
/// The constructor throws ValueError for filters, sizes, strides and dilations below 1, for strides and dilations that
/// are both above 1, for dropouts outside 0 … 1, and for words that are none of those above. A call throws ShapeError
/// for another rank, for channels that are not known, for other extents than the layer was built for, and for an input
/// that is smaller than a window of "valid".
template <std::size_t N>
class BaseConvLSTM : public RecurrentLayer {
 public:
  Config get_config() const override;

 protected:
  BaseConvLSTM(std::int64_t filters, Factors<N> kernel_size, ConvLSTMOptions<N> options);
  using RecurrentLayer::RecurrentLayer;
};
extern template class BaseConvLSTM<1>;
extern template class BaseConvLSTM<2>;
extern template class BaseConvLSTM<3>;

/// Over sequences of sequences: (batch, steps, rows, channels) → (batch, windows, filters).
///
///     layers::ConvLSTM1D(16, 3, {.padding = "same"})
class ConvLSTM1D final : public Layer<ConvLSTM1D, BaseConvLSTM<1>> {
 public:
  explicit ConvLSTM1D(std::int64_t filters, Factors<1> kernel_size, ConvLSTM1DOptions options = {});
  using Layer::Layer;
  static std::shared_ptr<ConvLSTM1D> from_config(const ConfigView& config);
  std::shared_ptr<RecurrentLayer> clone(RecurrentLayerOptions loop, std::string name) const override;
};

/// Over films: (batch, steps, rows, columns, channels) → (batch, windows, windows, filters).
///
///     layers::ConvLSTM2D(16, {3, 3}, {.padding = "same", .return_sequences = true})
class ConvLSTM2D final : public Layer<ConvLSTM2D, BaseConvLSTM<2>> {
 public:
  explicit ConvLSTM2D(std::int64_t filters, Factors<2> kernel_size, ConvLSTM2DOptions options = {});
  using Layer::Layer;
  static std::shared_ptr<ConvLSTM2D> from_config(const ConfigView& config);
  std::shared_ptr<RecurrentLayer> clone(RecurrentLayerOptions loop, std::string name) const override;
};

/// Over sequences of volumes: (batch, steps, depth, rows, columns, channels) → (batch, windows, windows, windows,
/// filters).
class ConvLSTM3D final : public Layer<ConvLSTM3D, BaseConvLSTM<3>> {
 public:
  explicit ConvLSTM3D(std::int64_t filters, Factors<3> kernel_size, ConvLSTM3DOptions options = {});
  using Layer::Layer;
  static std::shared_ptr<ConvLSTM3D> from_config(const ConfigView& config);
  std::shared_ptr<RecurrentLayer> clone(RecurrentLayerOptions loop, std::string name) const override;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
