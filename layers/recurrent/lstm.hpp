#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/layers/recurrent/recurrent_layer.hpp>
#include <cornu/layers/recurrent/standard_cell.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct LSTMCellOptions {
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
  Handle<constraints::Constraint> kernel_constraint = {};
  Handle<constraints::Constraint> recurrent_constraint = {};
  Handle<constraints::Constraint> bias_constraint = {};
  double dropout = 0;                      ///< the part of the inputs that training drops, the same at all steps
  double recurrent_dropout = 0;            ///< the part of the state that training drops before the recurrent kernel
  std::optional<std::uint64_t> seed = {};  ///< a stream of numbers of the layer's own
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// With z = x · kernel + bias + h · recurrent_kernel, cut into gates: i, f, o = recurrent_activation of z_i, z_f, z_o;
/// c' = f · c + i · activation(z_c); h' = o · activation(c'). {x (batch, inputs), h, c (batch, units)} → {h', h', c'}.
/// Weights: kernel (inputs, 4 · units), recurrent_kernel (units, 4 · units) and bias (4 · units,), in the order i, f,
/// c, o. With activation "tanh" and recurrent_activation "sigmoid", a layer around it runs all steps in one op.
class LSTMCell final : public Layer<LSTMCell, StandardCell> {
 public:
  explicit LSTMCell(std::int64_t units, LSTMCellOptions options = {});
  explicit LSTMCell(detail::CellSettings settings, bool unit_forget_bias);  // for LSTM
  List<std::int64_t> state_size() const override { return {units(), units()}; }
  Tensors step(const Tensors& prepared_and_states, const CallContext& context) override;
  std::shared_ptr<RecurrentCell> clone() const override;
  Config get_config() const override;
  static std::shared_ptr<LSTMCell> from_config(const ConfigView& config);
  bool unit_forget_bias() const { return unit_forget_bias_; }

 protected:
  Handle<initializers::Initializer> bias_initializer() const override;

 private:
  bool unit_forget_bias_;
};

struct LSTMOptions {
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
  double dropout = 0;                      ///< the part of the inputs that training drops, the same at all steps
  double recurrent_dropout = 0;            ///< the part of the state that training drops before the recurrent kernel
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

/// Long short-term memory (Hochreiter, Schmidhuber, "Long short-term memory", Neural Computation 9, 1997): see LSTMCell
/// for a step and RecurrentLayer for inputs, outputs, masks and what throws.
///
///     layers::LSTM(16)     layers::LSTM(16, {.return_sequences = true})     // (32, 10, 8) → (32, 10, 16)
class LSTM final : public Layer<LSTM, RecurrentLayer> {
 public:
  explicit LSTM(std::int64_t units, LSTMOptions options = {});
  using Layer::Layer;
  Config get_config() const override;
  static std::shared_ptr<LSTM> from_config(const ConfigView& config);
  std::shared_ptr<RecurrentLayer> clone(RecurrentLayerOptions loop, std::string name) const override;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
