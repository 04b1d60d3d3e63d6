#include <cornu/layers/recurrent/recurrent_cell.hpp>

#include <fmt/core.h>

#include <cornu/framework/ops/run_cell.hpp>

namespace cornu::layers {

std::shared_ptr<RecurrentCell> RecurrentCell::clone() const {
  throw StateError("RecurrentCell", fmt::format("{} cannot be copied; got no clone(); override it, with a new cell of "
                                                "the same options",
                                                class_name()));
}

List<Shape> RecurrentCell::state_shapes(const Shape& step_shape) const {
  List<Shape> shapes;
  for (const std::int64_t size : state_size()) shapes.push_back({step_shape[0], size});
  return shapes;
}

Shape RecurrentCell::output_shape(const Shape& step_shape) const {
  if (output_size() != state_size()[output_state()]) return {step_shape[0], output_size()};
  return state_shapes(step_shape)[output_state()];
}

void RecurrentCell::begin_sequence(const Shape&, const CallContext&) {}

Tensor RecurrentCell::prepare(const Tensor& inputs, const CallContext&) { return inputs; }

Tensors RecurrentCell::step(const Tensors& prepared_and_states, const CallContext& context) {
  return call(prepared_and_states, context);
}

Tensors RecurrentCell::run(const Sequence& sequence, const CallContext& context) {
  const Tensor& state = sequence.states[output_state()];
  const bool is_output = output_size() == state_size()[output_state()];
  Tensors before = is_output ? state : Tensor::zeros({state.dim(0), output_size()}, state.dtype());
  for (const Tensor& first : sequence.states) before.push_back(first);
  const auto checked_step = [&](const Tensors& inputs) {
    Tensors after = step(inputs, context);
    if (after.size() != inputs.size())
      throw ValueError("RNN", fmt::format("{} gave another number of tensors than it has; got {}; expected {}: the "
                                          "output and each state",
                                          class_name(), after.size(), inputs.size()));
    return after;
  };
  return ops::run_cell(checked_step, {prepare(sequence.inputs, context), sequence.mask, before},
                       {sequence.return_sequences, sequence.zero_output_for_mask});
}

}  // namespace cornu::layers
