#include <cornu/layers/recurrent/recurrent_layer.hpp>

#include <fmt/core.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/run_cell.hpp>
#include <cornu/layers/recurrent/from_config.hpp>

namespace cornu::layers {

namespace {

std::shared_ptr<RecurrentCell> named(std::shared_ptr<RecurrentCell> cell) {
  if (!cell) throw ValueError("RNN", "the cell is missing; got a null pointer; expected a RecurrentCell");
  if (cell->name().empty()) cell->set_name(to_snake_case(cell->class_name()));
  return cell;
}

}  // namespace

RecurrentLayer::RecurrentLayer(std::shared_ptr<RecurrentCell> cell, RecurrentLayerOptions loop, LayerOptions options)
    : ListLayer(std::move(options)), cell_(track("cell", named(std::move(cell)))), loop_(loop) {
  supports_masking_ = true;
}

void RecurrentLayer::build(const Shapes& input_shapes) {
  const Shape& input = input_shapes[0];
  if (input.rank() < 3)
    throw ShapeError(
        "RNN",
        fmt::format("the input must be sequences of vectors; got shape {}; expected (batch, steps, features); give a "
                    "recurrent layer in front of this one return_sequences = true, or other data an axis of steps with "
                    "layers::Reshape",
                    input));
  step_shape_ = input.removed(1);
  std::vector<Shape> shapes{step_shape_};
  for (const Shape& state : cell_->state_shapes(step_shape_)) shapes.push_back(state);
  cell_->ensure_built(Shapes(std::move(shapes)));
}

void RecurrentLayer::require_sequences(const Tensor& x, const Mask& mask) const {
  if (x.rank() < 3)
    throw ShapeError(
        "RNN", fmt::format("the input must be sequences of vectors; got shape {}; expected (batch, steps, features)",
                           x.shape()));
  if (mask && !mask->shape().fits(x.shape().slice(0, 2)))
    throw ShapeError("RNN", fmt::format("the mask does not fit; got {} for an input {}; expected {}", mask->shape(),
                                        x.shape(), x.shape().slice(0, 2)));
}

void RecurrentLayer::require_states(const Tensors& inputs) const {
  if (inputs.size() == 1) return;
  const List<Shape> expected = cell_->state_shapes(inputs[0].shape().removed(1));
  if (inputs.size() != 1 + expected.size())
    throw ValueError("RNN", fmt::format("the number of initial states is not the cell's; got {}; expected {} or none",
                                        inputs.size() - 1, expected.size()));
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (!inputs[i + 1].shape().fits(expected[i]))
      throw ShapeError("RNN", fmt::format("initial state {} does not fit an input {}; got {}; expected {}", i,
                                          inputs[0].shape(), inputs[i + 1].shape(), expected[i]));
}

Tensors RecurrentLayer::symbolic_outputs(const Shape& input) const {
  const Shape step = input.removed(1);
  Shape output = cell_->output_shape(step);
  if (loop_.return_sequences) output = output.inserted(1, input[1]);
  Tensors outputs = Tensor::symbolic(output, dtype());
  if (loop_.return_state)
    for (const Shape& state : cell_->state_shapes(step)) outputs.push_back(Tensor::symbolic(state, dtype()));
  return outputs;
}

// Those given, as the layer's dtype, those kept, or zeros. An empty batch goes on from no states.
Tensors RecurrentLayer::states_for(const Tensors& inputs) const {
  const std::int64_t batch = inputs[0].dim(0);
  Tensors states;
  for (std::size_t i = 1; i < inputs.size(); ++i)
    states.push_back(is_floating(inputs[i].dtype()) ? inputs[i] : ops::cast(inputs[i], dtype()));
  if (!states.empty()) return states;
  if (!kept_states_.empty() && batch > 0) {
    const std::int64_t before = kept_states_[0].dim(0);
    if (before != batch)
      throw ShapeError(
          "RNN", fmt::format("the batch has another size than the states that were kept; got {}; expected {}; give "
                             "batches of one size, or call reset_state() of the layer or of its Bidirectional, in a "
                             "model dynamic_cast<layers::{}&>(model.get_layer(\"…\")).reset_state()",
                             batch, before, class_name()));
    return kept_states_;
  }
  for (const Shape& shape : cell_->state_shapes(inputs[0].shape().removed(1)))
    states.push_back(Tensor::zeros(shape, dtype()));
  return states;
}

// {output or outputs, states…} of a run, as the layer returns them.
Tensors RecurrentLayer::outputs_of(Tensors run) const {
  if (loop_.return_sequences) run[0] = ops::exchange_leading(run[0]);
  return loop_.return_state ? run : Tensors(run[0]);
}

Tensors RecurrentLayer::call(const Tensors& inputs, const CallContext& context) {
  const Tensor& x = inputs[0];
  const Mask& mask = context.mask_of(0);
  require_sequences(x, mask);
  require_states(inputs);
  cell_->begin_sequence(x.shape().removed(1), context);
  if (x.is_symbolic()) return symbolic_outputs(x.shape());
  const auto order = loop_.go_backwards ? ops::Reversed::second : ops::Reversed::none;
  Tensors run = cell_->run({.inputs = ops::exchange_leading(x, order),
                            .states = states_for(inputs),
                            .mask = mask ? Mask(ops::exchange_leading(*mask, order)) : std::nullopt,
                            .return_sequences = loop_.return_sequences,
                            .return_state = loop_.return_state || loop_.stateful,
                            .zero_output_for_mask = loop_.zero_output_for_mask},
                           context);
  if (loop_.stateful && x.dim(0) > 0) {
    Tensors kept;
    for (std::size_t i = 1; i < run.size(); ++i) kept.push_back(stop_gradient(run[i]));
    kept_states_ = std::move(kept);
  }
  return outputs_of(std::move(run));
}

Masks RecurrentLayer::compute_mask(const Tensors&, const Masks& masks) const {
  const Mask& mask = mask_at(masks, 0);
  if (!loop_.return_sequences || !mask) return {};
  Masks all = mask;
  if (loop_.return_state)
    for (std::size_t i = 0; i < cell_->state_size().size(); ++i) all.push_back(std::nullopt);
  return all;
}

LayerOptions RecurrentLayer::options_named(std::string name) const {
  LayerOptions named = options();
  named.name = std::move(name);
  return named;
}

Config RecurrentLayer::get_config() const { return write_options(LayerBase::get_config(), each_loop_option, loop_); }

void RecurrentLayer::set_state(const std::vector<Tensor>& state) {
  const std::size_t count = cell_->state_size().size();
  bool fits = state.empty() || (loop_.stateful && state.size() == count);
  if (fits && !state.empty()) {
    const std::int64_t batch = state[0].rank() > 0 ? state[0].dim(0) : 0;
    const List<Shape> expected =
        cell_->state_shapes(step_shape_.rank() > 0 ? step_shape_.with(0, batch) : Shape{batch});
    for (std::size_t i = 0; i < count; ++i)
      fits = fits && state[i].dtype() == dtype() && state[i].shape().fits(expected[i]);
  }
  if (!fits)
    throw ValueError(place(),
                     fmt::format("the states are not those of this layer; got {} tensors; expected none, or of "
                                 "a stateful layer {} of (batch, units)",
                                 state.size(), count));
  kept_states_ = Tensors(state);
}

}  // namespace cornu::layers
