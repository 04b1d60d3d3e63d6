#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/recurrent/recurrent_cell.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

namespace detail {

/// What the options of SimpleRNN, LSTM and GRU and of their cells say about the cell.
struct CellSettings {
  const char* kind = "";  // the class that a user named
  std::int64_t units = 0;
  cornu::Activation activation, recurrent_activation;
  bool use_bias = true;
  Handle<initializers::Initializer> kernel_initializer, recurrent_initializer, bias_initializer;
  Handle<regularizers::Regularizer> kernel_regularizer, recurrent_regularizer, bias_regularizer;
  Handle<constraints::Constraint> kernel_constraint, recurrent_constraint, bias_constraint;
  double dropout = 0, recurrent_dropout = 0;
  std::optional<std::uint64_t> seed;
  bool trainable = true;
  DType dtype = float32;
  std::string name;
};

template <class Options>
CellSettings cell_settings(const char* kind, std::int64_t units, const Options& options) {
  CellSettings settings{.kind = kind,
                        .units = units,
                        .activation = options.activation,
                        .recurrent_activation = {},
                        .use_bias = options.use_bias,
                        .kernel_initializer = options.kernel_initializer,
                        .recurrent_initializer = options.recurrent_initializer,
                        .bias_initializer = options.bias_initializer,
                        .kernel_regularizer = options.kernel_regularizer,
                        .recurrent_regularizer = options.recurrent_regularizer,
                        .bias_regularizer = options.bias_regularizer,
                        .kernel_constraint = options.kernel_constraint,
                        .recurrent_constraint = options.recurrent_constraint,
                        .bias_constraint = options.bias_constraint,
                        .dropout = options.dropout,
                        .recurrent_dropout = options.recurrent_dropout,
                        .seed = options.seed,
                        .trainable = options.trainable,
                        .dtype = options.dtype,
                        .name = {}};
  if constexpr (!requires { options.return_sequences; }) settings.name = options.name;  // a layer's name is its own
  if constexpr (requires { options.recurrent_activation; })
    settings.recurrent_activation = options.recurrent_activation;
  return settings;
}

// The options of cells, and of layers around them, by groups: between some of them Keras has others, not always the
// same. `settings` are CellSettings, or options with fields of those names.

template <class Option, class Settings>
void each_activation(Option& option, Settings& settings) {
  option("activation", settings.activation);
  if constexpr (requires { settings.recurrent_activation; })
    option("recurrent_activation", settings.recurrent_activation);
}
template <class Option, class Settings>
void each_initializer(Option& option, Settings& settings) {
  option("kernel_initializer", settings.kernel_initializer);
  option("recurrent_initializer", settings.recurrent_initializer);
  option("bias_initializer", settings.bias_initializer);
}
template <class Option, class Settings>
void each_regularizer(Option& option, Settings& settings) {
  option("kernel_regularizer", settings.kernel_regularizer);
  option("recurrent_regularizer", settings.recurrent_regularizer);
  option("bias_regularizer", settings.bias_regularizer);
}
template <class Option, class Settings>
void each_constraint(Option& option, Settings& settings) {
  option("kernel_constraint", settings.kernel_constraint);
  option("recurrent_constraint", settings.recurrent_constraint);
  option("bias_constraint", settings.bias_constraint);
}
template <class Option, class Settings>
void each_dropout(Option& option, Settings& settings) {
  option("dropout", settings.dropout);
  option("recurrent_dropout", settings.recurrent_dropout);
}

}  // namespace detail

/// What SimpleRNNCell, LSTMCell and GRUCell have in common: a kernel (inputs, gates · units), a recurrent kernel
/// (units, gates · units), a bias, and dropout of the inputs and of the state that enters the recurrent product. What
/// is dropped is the same at all steps of a sequence (Gal, Ghahramani, "A theoretically grounded application of dropout
/// in recurrent neural networks", NIPS 2016); with a recurrent_dropout each gate drops its own.
///
/// Throws ValueError unless units is positive and the dropouts are in 0 … 1, ShapeError for an input of another rank
/// than 2 at a step, or of another extent than the cell was built for.
class StandardCell : public RecurrentCell {
 public:
  std::int64_t units() const { return settings_.units; }
  List<std::int64_t> state_size() const override { return units(); }
  void build(const Shapes& input_shapes) override;
  /// One step, with dropout drawn for it.
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  void begin_sequence(const Shape& step_shape, const CallContext& context) override;
  Tensor prepare(const Tensor& inputs, const CallContext& context) override;
  Tensors run(const Sequence& sequence, const CallContext& context) override;
  std::vector<Tensor> state() const override { return random::state_of(generator_); }
  void set_state(const std::vector<Tensor>& state) override { random::restore(generator_, state, place()); }
  const detail::CellSettings& settings() const { return settings_; }

 protected:
  StandardCell(detail::CellSettings settings, std::int64_t gates);
  virtual Shape bias_shape() const { return {gates_ * units()}; }
  virtual Handle<initializers::Initializer> bias_initializer() const { return settings_.bias_initializer; }
  /// The bias that prepare() adds, and the one of the recurrent product, if there is one.
  virtual Tensor input_bias() const { return bias_; }
  virtual Tensor recurrent_bias() const { return {}; }
  /// The state, a part of it dropped in training, times the recurrent kernel of some gates.
  struct Gates {
    std::int64_t first, last;  ///< last not among them
  };
  Tensor recurrent_product(const Tensor& state, Gates gates, const CallContext& context) const;
  /// A gate's columns.
  Tensor of_gate(const Tensor& all, std::int64_t gate) const;
  /// Whether ops::recurrence does with a whole sequence what step() does: tanh and sigmoid, and nothing dropped.
  virtual bool is_fusible(const CallContext& context) const;

  /// The settings with the dtype, the name and the trainable that the cell was given since: for clone().
  detail::CellSettings present_settings() const;
  const Variable& bias() const { return bias_; }

 private:
  void require_input(const Shape& shape) const;
  Tensor as_floating(const Tensor& x) const;
  Tensor product(const Tensor& x, const Tensor& kernel, Gates gates, const Tensors& masks) const;
  Tensors draw_masks(const Shape& shape, double rate);

  detail::CellSettings settings_;
  std::int64_t gates_;
  Variable kernel_, recurrent_kernel_, bias_;
  std::optional<random::Generator> generator_;  // of the seed
  Tensors input_masks_, recurrent_masks_;       // of the last sequence in training: one, or one a gate
};

}  // namespace cornu::layers
CORNU_EXPORT_END
