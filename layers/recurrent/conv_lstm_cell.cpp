#include <cornu/layers/recurrent/conv_lstm_cell.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/layers/convolutional/window_options.hpp>
#include <cornu/layers/data_format.hpp>
#include <cornu/layers/recurrent/cell_dropout.hpp>
#include <cornu/layers/recurrent/lstm_gates.hpp>

namespace cornu::layers::detail {

namespace {

constexpr std::int64_t gates = 4;

ops::PerAxis per_axis(const std::vector<std::int64_t>& numbers) {
  return ops::PerAxis(std::span<const std::int64_t>(numbers));
}

}  // namespace

ConvLSTMCell::ConvLSTMCell(CellSettings settings, ConvLSTMWindows windows, bool unit_forget_bias)
    : Layer(LayerOptions{.trainable = settings.trainable, .dtype = settings.dtype, .name = settings.name}),
      settings_(std::move(settings)),
      windows_(std::move(windows)),
      unit_forget_bias_(unit_forget_bias) {
  const char* const kind = settings_.kind;
  require_positive(kind, "filters", settings_.units);
  ops::extents_product(kind, gates, settings_.units);
  require_positive(kind, "kernel_size", windows_.kernel_size);
  require_positive(kind, "strides", windows_.strides);
  require_positive(kind, "dilation_rate", windows_.dilation_rate);
  require_one_of_both(kind, windows_.strides, windows_.dilation_rate);
  windows_.padding = padding_word(kind, windows_.padding);
  is_channels_first(kind, windows_.data_format);
  require_rate(kind, "dropout", settings_.dropout);
  require_rate(kind, "recurrent_dropout", settings_.recurrent_dropout);
  if (settings_.seed) generator_ = random::Generator(*settings_.seed);
}

ops::ConvOptions ConvLSTMCell::over_inputs() const {
  return {per_axis(windows_.strides), windows_.padding, windows_.data_format, per_axis(windows_.dilation_rate), {}};
}

List<Shape> ConvLSTMCell::state_shapes(const Shape& step_shape) const {
  const std::int64_t channels = channels_of(settings_.kind, step_shape, axes(), windows_.data_format);
  const Shape kernel = kernel_shape(windows_.kernel_size, channels, settings_.units);
  const Shape state =
      ops::conv(Tensor::symbolic(step_shape, float32), Tensor::symbolic(kernel, float32), over_inputs()).shape();
  return {state, state};
}

void ConvLSTMCell::build(const Shapes& input_shapes) {
  step_shape_ = input_shapes[0].with(0, None);
  const std::int64_t channels = channels_of(settings_.kind, step_shape_, axes(), windows_.data_format);
  kernel_ = add_weight({.name = "kernel",
                        .shape = kernel_shape(windows_.kernel_size, channels, gates * settings_.units),
                        .initializer = settings_.kernel_initializer,
                        .regularizer = settings_.kernel_regularizer,
                        .constraint = settings_.kernel_constraint});
  recurrent_kernel_ = add_weight({.name = "recurrent_kernel",
                                  .shape = kernel_shape(windows_.kernel_size, settings_.units, gates * settings_.units),
                                  .initializer = settings_.recurrent_initializer,
                                  .regularizer = settings_.recurrent_regularizer,
                                  .constraint = settings_.recurrent_constraint});
  if (settings_.use_bias)
    bias_ = add_weight({.name = "bias",
                        .shape = {gates * settings_.units},
                        .initializer = unit_forget_bias_ ? with_forget_bias(settings_) : settings_.bias_initializer,
                        .regularizer = settings_.bias_regularizer,
                        .constraint = settings_.bias_constraint});
}

Tensors ConvLSTMCell::call(const Tensors& inputs, const CallContext& context) {
  if (inputs.size() != 3)
    throw ValueError(settings_.kind, fmt::format("the cell takes the step's input and two states; got {} tensors; "
                                                 "expected 3",
                                                 inputs.size()));
  begin_sequence(inputs[0].shape(), context);
  Tensors prepared = inputs;
  prepared[0] = prepare(inputs[0], context);
  return step(prepared, context);
}

void ConvLSTMCell::begin_sequence(const Shape& step_shape, const CallContext& context) {
  if (!step_shape.fits(step_shape_))
    throw ShapeError(settings_.kind, fmt::format("the layer was built for another input; got {} at a step; expected {}",
                                                 step_shape, step_shape_));
  if (!context.training || step_shape.has_none()) return;
  const Shape state = state_shapes(step_shape)[0];
  input_masks_ = drawn_masks(generator_, step_shape, settings_.dropout, gates, dtype());
  recurrent_masks_ = drawn_masks(generator_, state, settings_.recurrent_dropout, gates, dtype());
}

// The convolution of a step, or of all steps (steps, batch, …) at once.
Tensor ConvLSTMCell::convolved(const Tensor& x, const Tensor& kernel, const ops::ConvOptions& options) const {
  if (x.rank() == axes() + 2) return ops::conv(x, kernel, options);
  const Shape &all = x.shape(), step = all.removed(0);
  const Tensor y = ops::conv(ops::reshape(x, step.with(0, all[0] * all[1])), kernel, options);
  return ops::reshape(y, y.shape().with(0, all[1]).inserted(0, all[0]));
}

// The part of one gate along an axis that has all of them.
Tensor ConvLSTMCell::of_gate(const Tensor& all, std::size_t gate, std::int64_t axis) const {
  const std::int64_t first = static_cast<std::int64_t>(gate) * settings_.units;
  return ops::slice(all, axis, {.start = first, .stop = first + settings_.units});
}

// With masks each gate sees the x that its mask leaves.
Tensor ConvLSTMCell::gates_from(const Tensor& x, const Tensor& kernel, const Tensors& masks,
                                const ops::ConvOptions& options) const {
  if (masks.empty()) return convolved(x, kernel, options);
  Tensors parts;
  for (std::size_t gate = 0; gate < masks.size(); ++gate)
    parts.push_back(convolved(x * masks[gate], of_gate(kernel, gate, -1), options));
  return ops::concatenate(parts, channel_axis());
}

// Counted from the end: sequences have one axis more.
std::int64_t ConvLSTMCell::channel_axis() const {
  return is_channels_first(settings_.kind, windows_.data_format) ? -1 - static_cast<std::int64_t>(axes()) : -1;
}

Tensor ConvLSTMCell::prepare(const Tensor& inputs, const CallContext& context) {
  const Tensor x = as_floating(inputs, dtype());
  const bool dropped = context.training && settings_.dropout > 0;
  ops::ConvOptions options = over_inputs();
  if (settings_.use_bias && !dropped) options.bias = bias_;
  const Tensor z = gates_from(x, kernel_, dropped ? input_masks_ : Tensors(), options);
  if (!settings_.use_bias || !dropped) return z;
  Shape bias{gates * settings_.units};
  for (std::int64_t axis = channel_axis(); axis < -1; ++axis) bias.push_back(1);
  return z + ops::reshape(bias_, bias);
}

Tensors ConvLSTMCell::step(const Tensors& prepared_and_states, const CallContext& context) {
  const bool dropped = context.training && settings_.recurrent_dropout > 0;
  const Tensor &h = prepared_and_states[1], &c = prepared_and_states[2];
  const Tensor from_state = gates_from(h, recurrent_kernel_, dropped ? recurrent_masks_ : Tensors(),
                                       {.padding = "same", .data_format = windows_.data_format});
  const Tensor all = prepared_and_states[0] + from_state;
  const auto z = [&](std::size_t gate) { return of_gate(all, gate, channel_axis()); };
  return lstm_step({z(0), z(1), z(2), z(3)}, c, settings_);
}

std::shared_ptr<RecurrentCell> ConvLSTMCell::clone() const {
  CellSettings present = settings_;
  present.dtype = dtype();
  present.trainable = trainable();
  present.name = name();
  return std::make_shared<ConvLSTMCell>(std::move(present), windows_, unit_forget_bias_);
}

}  // namespace cornu::layers::detail
