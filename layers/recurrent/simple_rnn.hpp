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

struct SimpleRNNCellOptions {
  cornu::Activation activation = "tanh";
  bool use_bias = true;
  Handle<initializers::Initializer> kernel_initializer = "glorot_uniform";
  Handle<initializers::Initializer> recurrent_initializer = "orthogonal";
  Handle<initializers::Initializer> bias_initializer = "zeros";
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

/// h' = activation(x · kernel + bias + h · recurrent_kernel): {x (batch, inputs), h (batch, units)} → {h', h'}.
/// With activation "tanh", a layer around it runs all steps in one op.
class SimpleRNNCell final : public Layer<SimpleRNNCell, StandardCell> {
 public:
  explicit SimpleRNNCell(std::int64_t units, SimpleRNNCellOptions options = {});
  explicit SimpleRNNCell(detail::CellSettings settings);  // for SimpleRNN
  Tensors step(const Tensors& prepared_and_states, const CallContext& context) override;
  std::shared_ptr<RecurrentCell> clone() const override;
  Config get_config() const override;
  static std::shared_ptr<SimpleRNNCell> from_config(const ConfigView& config);
};

struct SimpleRNNOptions {
  cornu::Activation activation = "tanh";
  bool use_bias = true;
  Handle<initializers::Initializer> kernel_initializer = "glorot_uniform";
  Handle<initializers::Initializer> recurrent_initializer = "orthogonal";
  Handle<initializers::Initializer> bias_initializer = "zeros";
  Handle<regularizers::Regularizer> kernel_regularizer = {};
  Handle<regularizers::Regularizer> recurrent_regularizer = {};
  Handle<regularizers::Regularizer> bias_regularizer = {};
  Handle<regularizers::Regularizer> activity_regularizer = {};
  Handle<constraints::Constraint> kernel_constraint = {};
  Handle<constraints::Constraint> recurrent_constraint = {};
  Handle<constraints::Constraint> bias_constraint = {};
  double dropout = 0;             ///< the part of the inputs that training drops, the same at all steps
  double recurrent_dropout = 0;   ///< the part of the state that training drops before the recurrent kernel
  bool return_sequences = false;  ///< these as in RecurrentLayerOptions
  bool return_state = false;
  bool go_backwards = false;
  bool stateful = false;
  bool unroll = false;
  std::optional<std::uint64_t> seed = {};  ///< a stream of numbers of the layer's own
  bool zero_output_for_mask = false;
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// A recurrent layer that feeds its output back (Elman, "Finding structure in time", Cognitive Science 14, 1990): see
/// SimpleRNNCell for a step and RecurrentLayer for inputs, outputs, masks and what throws.
///
///     layers::SimpleRNN(16)     layers::SimpleRNN(16, {.return_sequences = true})     // (32, 10, 8) → (32, 10, 16)
class SimpleRNN final : public Layer<SimpleRNN, RecurrentLayer> {
 public:
  explicit SimpleRNN(std::int64_t units, SimpleRNNOptions options = {});
  using Layer::Layer;
  Config get_config() const override;
  static std::shared_ptr<SimpleRNN> from_config(const ConfigView& config);
  std::shared_ptr<RecurrentLayer> clone(RecurrentLayerOptions loop, std::string name) const override;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
