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

struct GRUCellOptions {
  cornu::Activation activation = "tanh";
  cornu::Activation recurrent_activation = "sigmoid";
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
  double dropout = 0;            ///< the part of the inputs that training drops, the same at all steps
  double recurrent_dropout = 0;  ///< the part of the state that training drops before the recurrent kernel
  bool reset_after = true;  ///< the reset gate scales the product with the recurrent kernel, not the state before it
  std::optional<std::uint64_t> seed = {};  ///< a stream of numbers of the layer's own
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// With a = x · kernel + bias[0] and q = h · recurrent_kernel + bias[1], cut into gates: z, r = recurrent_activation of
/// a_z + q_z, a_r + q_r; g = activation(a_h + r · q_h); h' = z · h + (1 − z) · g. {x (batch, inputs), h (batch, units)}
/// → {h', h'}. Weights: kernel (inputs, 3 · units), recurrent_kernel (units, 3 · units) and bias (2, 3 · units), in the
/// order z, r, h. With reset_after = false q_h is (r · h) · recurrent_kernel_h instead, and bias (3 · units,) only
/// added to a. With activation "tanh", recurrent_activation "sigmoid" and reset_after, a layer around it runs all steps
/// in one op.
class GRUCell final : public Layer<GRUCell, StandardCell> {
 public:
  explicit GRUCell(std::int64_t units, GRUCellOptions options = {});
  explicit GRUCell(detail::CellSettings settings, bool reset_after);  // for GRU
  Tensors step(const Tensors& prepared_and_states, const CallContext& context) override;
  std::shared_ptr<RecurrentCell> clone() const override;
  Config get_config() const override;
  static std::shared_ptr<GRUCell> from_config(const ConfigView& config);
  bool reset_after() const { return reset_after_; }

 protected:
  Shape bias_shape() const override;
  Tensor input_bias() const override;
  Tensor recurrent_bias() const override;
  bool is_fusible(const CallContext& context) const override;

 private:
  bool reset_after_;
};

struct GRUOptions {
  cornu::Activation activation = "tanh";
  cornu::Activation recurrent_activation = "sigmoid";
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
  double dropout = 0;                      ///< the part of the inputs that training drops, the same at all steps
  double recurrent_dropout = 0;            ///< the part of the state that training drops before the recurrent kernel
  std::optional<std::uint64_t> seed = {};  ///< a stream of numbers of the layer's own
  bool return_sequences = false;           ///< these as in RecurrentLayerOptions
  bool return_state = false;
  bool go_backwards = false;
  bool stateful = false;
  bool unroll = false;
  bool reset_after = true;  ///< the reset gate scales the product with the recurrent kernel, not the state before it
  bool zero_output_for_mask = false;
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// Gated recurrent units (Cho and others, "Learning phrase representations using RNN encoder-decoder for statistical
/// machine translation", EMNLP 2014): see GRUCell for a step and RecurrentLayer for inputs, outputs, masks and what
/// throws.
///
///     layers::GRU(16)     layers::GRU(16, {.return_sequences = true})     // (32, 10, 8) → (32, 10, 16)
class GRU final : public Layer<GRU, RecurrentLayer> {
 public:
  explicit GRU(std::int64_t units, GRUOptions options = {});
  using Layer::Layer;
  Config get_config() const override;
  static std::shared_ptr<GRU> from_config(const ConfigView& config);
  std::shared_ptr<RecurrentLayer> clone(RecurrentLayerOptions loop, std::string name) const override;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
