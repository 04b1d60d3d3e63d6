#pragma once
#include <memory>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/layers/recurrent/recurrent_cell.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// How a cell is run over a sequence, in Keras's words.
struct RecurrentLayerOptions {
  bool return_sequences = false;  ///< the outputs of all steps (batch, steps, units), not the last one (batch, units)
  bool return_state = false;      ///< the last states as further outputs, (batch, units) each
  bool go_backwards = false;      ///< from the last step to the first; sequences come out in that order
  bool stateful = false;          ///< a batch begins with the states that the one before ended with
  bool unroll = false;            ///< accepted, and changes nothing: there is no graph to unroll
  bool zero_output_for_mask = false;  ///< at steps outside the mask, 0 instead of the output before
};

namespace detail {

// The part of the options of RNN, SimpleRNN, LSTM and GRU that says how the cell is run.
template <class Options>
RecurrentLayerOptions loop_options(const Options& options) {
  return {options.return_sequences, options.return_state, options.go_backwards,
          options.stateful,         options.unroll,       options.zero_output_for_mask};
}

}  // namespace detail

/// What RNN, SimpleRNN, LSTM and GRU have in common: a cell, and the loop that runs it over (batch, steps, …).
///
/// Inputs: the sequences, and after them the initial states, if they are not zeros: `lstm({x, h, c})`. Outputs: see the
/// options. At steps outside the mask (batch, steps) the states stay as they were and the output is repeated (the
/// initial state before the first step that counts, zeros unless given), or 0 with zero_output_for_mask; so a sample
/// that is masked whole gives zeros. With return_sequences the mask passes as it came, also where go_backwards turns
/// the steps round, as in Keras; otherwise it ends here. What padding holds is not seen in the outputs; nor, in
/// SimpleRNN, LSTM and GRU with their default activations and no recurrent dropout, in the gradients: NaN stays out of
/// them. Of other cells, as in Keras 3.15.1, the gradients of the weights are NaN then.
///
/// A stateful layer goes on from batch to batch in fit, evaluate and predict, and from epoch to epoch, until
/// reset_state(). So does Keras on TensorFlow; on JAX, Keras 3.15.1 begins every batch with zeros, whatever `stateful`
/// says, unless the model is called directly. An empty batch leaves the states alone.
///
/// Throws ShapeError for sequences of a rank below 3, a mask that does not fit, states of other shapes than (batch,
/// size) and, when stateful, for another batch size than before (reset_state() lifts that); ValueError for another
/// number of states.
class RecurrentLayer : public ListLayer {
 public:
  RecurrentLayer(std::shared_ptr<RecurrentCell> cell, RecurrentLayerOptions loop, LayerOptions options);

  void build(const Shapes& input_shapes) override;
  using LayerBase::build;
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  Masks compute_mask(const Tensors& inputs, const Masks& masks) const override;
  Config get_config() const override;
  std::string_view keyword_of_further_inputs() const override { return "initial_state"; }

  std::vector<Tensor> state() const override { return {kept_states_.begin(), kept_states_.end()}; }
  void set_state(const std::vector<Tensor>& state) override;

  /// Forgets the states that a stateful layer kept.
  void reset_state() { kept_states_ = {}; }
  RecurrentCell& cell() const { return *cell_; }
  const RecurrentLayerOptions& loop() const { return loop_; }
  void set_zero_output_for_mask(bool zero) { loop_.zero_output_for_mask = zero; }
  /// A layer of the same class with the same options but for these, and weights of its own.
  virtual std::shared_ptr<RecurrentLayer> clone(RecurrentLayerOptions loop, std::string name) const = 0;

 protected:
  /// The layer's own options under that name.
  LayerOptions options_named(std::string name) const;

 private:
  void require_sequences(const Tensor& x, const Mask& mask) const;
  void require_states(const Tensors& inputs) const;
  Tensors symbolic_outputs(const Shape& input) const;
  Tensors states_for(const Tensors& inputs) const;
  Tensors outputs_of(Tensors run) const;

  std::shared_ptr<RecurrentCell> cell_;
  RecurrentLayerOptions loop_;
  Shape step_shape_;     // that it was built for
  Tensors kept_states_;  // of a stateful layer
};

}  // namespace cornu::layers
CORNU_EXPORT_END
