#include <cornu/layers/recurrent/standard_cell.hpp>

#include <fmt/core.h>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/recurrence.hpp>
#include <cornu/layers/positive.hpp>
#include <cornu/layers/recurrent/cell_dropout.hpp>

namespace cornu::layers {

StandardCell::StandardCell(detail::CellSettings settings, std::int64_t gates)
    : RecurrentCell({.trainable = settings.trainable, .dtype = settings.dtype, .name = settings.name}),
      settings_(std::move(settings)),
      gates_(gates) {
  require_positive(settings_.kind, "units", units());
  if (constexpr std::int64_t most = std::int64_t{1} << 48; units() > most)  // four gates of them can still be counted
    throw ValueError(settings_.kind,
                     fmt::format("`units` is larger than any array; got {}; expected at most {}", units(), most));
  detail::require_rate(settings_.kind, "dropout", settings_.dropout);
  detail::require_rate(settings_.kind, "recurrent_dropout", settings_.recurrent_dropout);
  if (settings_.seed) generator_ = random::Generator(*settings_.seed);
}

void StandardCell::build(const Shapes& input_shapes) {
  const Shape& input = input_shapes[0];
  if (input.rank() != 2)
    throw ShapeError(settings_.kind,
                     fmt::format("a step must be a batch of vectors; got shape {}; expected (batch, inputs)", input));
  kernel_ = add_weight({.name = "kernel",
                        .shape = {input.back(), gates_ * units()},
                        .initializer = settings_.kernel_initializer,
                        .regularizer = settings_.kernel_regularizer,
                        .constraint = settings_.kernel_constraint});
  recurrent_kernel_ = add_weight({.name = "recurrent_kernel",
                                  .shape = {units(), gates_ * units()},
                                  .initializer = settings_.recurrent_initializer,
                                  .regularizer = settings_.recurrent_regularizer,
                                  .constraint = settings_.recurrent_constraint});
  if (settings_.use_bias)
    bias_ = add_weight({.name = "bias",
                        .shape = bias_shape(),
                        .initializer = bias_initializer(),
                        .regularizer = settings_.bias_regularizer,
                        .constraint = settings_.bias_constraint});
}

void StandardCell::require_input(const Shape& step_shape) const {
  const std::int64_t inputs = kernel_.shape()[0];
  if (step_shape.rank() != 2 || (step_shape.back() != inputs && step_shape.back() != None))
    throw ShapeError(settings_.kind, fmt::format("the layer was built for another input; got {} at a step; expected {}",
                                                 step_shape, Shape{None, inputs}));
}

Tensors StandardCell::call(const Tensors& inputs, const CallContext& context) {
  if (inputs.size() != 1 + state_size().size())
    throw ValueError(settings_.kind,
                     fmt::format("the cell takes the step's input and each state; got {} tensors; expected {}",
                                 inputs.size(), 1 + state_size().size()));
  begin_sequence(inputs[0].shape(), context);
  Tensors prepared = inputs;
  prepared[0] = prepare(inputs[0], context);
  return step(prepared, context);
}

void StandardCell::begin_sequence(const Shape& step_shape, const CallContext& context) {
  require_input(step_shape);
  if (!context.training || step_shape.has_none()) return;
  input_masks_ = draw_masks(step_shape, settings_.dropout);
  recurrent_masks_ = draw_masks({step_shape[0], units()}, settings_.recurrent_dropout);
}

// One for all gates, or one each with a recurrent dropout.
Tensors StandardCell::draw_masks(const Shape& shape, double rate) {
  return detail::drawn_masks(generator_, shape, rate, settings_.recurrent_dropout > 0 ? gates_ : 1, dtype());
}

// x · kernel, of some gates; with masks each gate sees the x that its mask leaves
Tensor StandardCell::product(const Tensor& x, const Tensor& kernel, Gates gates, const Tensors& masks) const {
  const auto columns = [&](std::int64_t first, std::int64_t last) {
    return ops::slice(kernel, -1, {.start = first * units(), .stop = last * units()});
  };
  if (masks.empty()) return ops::matmul(x, columns(gates.first, gates.last));
  if (masks.size() == 1) return ops::matmul(x * masks[0], columns(gates.first, gates.last));
  Tensors parts;
  for (std::int64_t gate = gates.first; gate < gates.last; ++gate)
    parts.push_back(ops::matmul(x * masks[static_cast<std::size_t>(gate)], columns(gate, gate + 1)));
  return ops::concatenate(parts, -1);
}

Tensor StandardCell::as_floating(const Tensor& x) const { return is_floating(x.dtype()) ? x : ops::cast(x, dtype()); }

Tensor StandardCell::prepare(const Tensor& inputs, const CallContext& context) {
  const Tensor x = as_floating(inputs);
  const bool dropped = context.training && settings_.dropout > 0;
  if (!dropped && settings_.use_bias) return ops::linear(x, kernel_, input_bias());
  const Tensor y = product(x, kernel_, {0, gates_}, dropped ? input_masks_ : Tensors());
  return settings_.use_bias ? y + input_bias() : y;
}

Tensor StandardCell::recurrent_product(const Tensor& state, Gates gates, const CallContext& context) const {
  const bool dropped = context.training && settings_.recurrent_dropout > 0;
  return product(state, recurrent_kernel_, gates, dropped ? recurrent_masks_ : Tensors());
}

Tensor StandardCell::of_gate(const Tensor& all, std::int64_t gate) const {
  return ops::slice(all, -1, {.start = gate * units(), .stop = (gate + 1) * units()});
}

bool StandardCell::is_fusible(const CallContext& context) const {
  return settings_.activation.name() == "tanh" && (gates_ == 1 || settings_.recurrent_activation.name() == "sigmoid") &&
         !(context.training && settings_.recurrent_dropout > 0);
}

namespace {

constexpr ops::CellKind kind_of(std::int64_t gates) {
  return gates == 4 ? ops::CellKind::lstm : gates == 3 ? ops::CellKind::gru : ops::CellKind::simple_rnn;
}

// {output or outputs, states…} of what ops::recurrence packs into one tensor
Tensors unpacked(const Tensor& all, const RecurrentCell::Sequence& sequence, std::int64_t states) {
  const std::int64_t outputs = all.dim(0) - states;
  const Tensor output = ops::slice(all, 0, {.stop = outputs});
  Tensors parts = sequence.return_sequences ? output : ops::reshape(output, all.shape().removed(0));
  for (std::int64_t i = 0; i < states; ++i) parts.push_back(ops::select(all, 0, outputs + i));
  return parts;
}

}  // namespace

Tensors StandardCell::run(const Sequence& sequence, const CallContext& context) {
  if (!is_fusible(context)) return RecurrentCell::run(sequence, context);
  const auto states = static_cast<std::int64_t>(sequence.states.size());
  const bool dropped = context.training && settings_.dropout > 0;
  const Tensor x = as_floating(sequence.inputs);
  const Tensor all = ops::recurrence(kind_of(gates_),
                                     {.inputs = dropped ? x * input_masks_[0] : x,
                                      .kernel = kernel_,
                                      .bias = settings_.use_bias ? input_bias() : Tensor(),
                                      .recurrent_kernel = recurrent_kernel_,
                                      .recurrent_bias = recurrent_bias(),
                                      .h = sequence.states[0],
                                      .c = states > 1 ? sequence.states[1] : Tensor(),
                                      .mask = sequence.mask},
                                     {.return_sequences = sequence.return_sequences,
                                      .return_state = sequence.return_state,
                                      .zero_output_for_mask = sequence.zero_output_for_mask});
  return unpacked(all, sequence, sequence.return_state ? states : 0);
}

detail::CellSettings StandardCell::present_settings() const {
  detail::CellSettings present = settings_;
  present.dtype = dtype();
  present.trainable = trainable();
  present.name = name();
  return present;
}

}  // namespace cornu::layers
