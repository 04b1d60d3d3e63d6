#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/list_layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// What a recurrent layer does at one step. Inputs: that of the step (batch, …) and the states (batch, size). Outputs:
/// that of the step (batch, output_size()) and the states after it. LSTMCell, GRUCell and SimpleRNNCell are cells; one
/// of yours needs a call():
///
///     class Fading : public Layer<Fading, layers::RecurrentCell> {
///      public:
///       List<std::int64_t> state_size() const override { return 8; }
///       Tensors call(const Tensors& inputs, const CallContext&) override {
///         const Tensor h = 0.9 * inputs[1] + inputs[0];
///         return {h, h};
///       }
///     };
///     layers::RNN(Fading(), {.return_sequences = true})
///
/// build() is given the shapes of the same inputs.
class RecurrentCell : public ListLayer {
 public:
  using ListLayer::ListLayer;

  /// Extents of the states.
  virtual List<std::int64_t> state_size() const = 0;
  /// Extent of the output: that of output_state() unless overridden.
  virtual std::int64_t output_size() const { return state_size()[output_state()]; }
  /// The shapes of the states for a step's input of that shape: (batch, size) unless overridden.
  virtual List<Shape> state_shapes(const Shape& step_shape) const;
  /// The shape of the output: that of the state output_state() where their extents are equal.
  Shape output_shape(const Shape& step_shape) const;
  /// Which state is the output too, so that steps outside a mask can repeat it.
  virtual std::size_t output_state() const { return 0; }
  /// A cell with the same options and weights of its own, for Bidirectional. Throws StateError unless overridden.
  virtual std::shared_ptr<RecurrentCell> clone() const;

  // What RNN does with a sequence; by itself call() at each step. -----------------------------------------------------

  /// Before the first step, with its input: dropout draws what it drops at all steps.
  virtual void begin_sequence(const Shape& step_shape, const CallContext& context);
  /// What follows from the inputs alone, for all steps (steps, batch, …) at once or for one.
  virtual Tensor prepare(const Tensor& inputs, const CallContext& context);
  /// call(), with a prepared input.
  virtual Tensors step(const Tensors& prepared_and_states, const CallContext& context);

  struct Sequence {
    Tensor inputs;   ///< (steps, batch, …), not prepared
    Tensors states;  ///< to begin with
    Mask mask = {};  ///< (steps, batch)
    bool return_sequences = false;
    bool return_state = false;  ///< false: the states need not be answered
    bool zero_output_for_mask = false;
  };
  /// All steps: the last output or all of them (steps, batch, …), and the last states. By itself prepare(),
  /// and step() in a loop.
  virtual Tensors run(const Sequence& sequence, const CallContext& context);
};

}  // namespace cornu::layers
CORNU_EXPORT_END
