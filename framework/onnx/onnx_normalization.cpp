// Normalisations.
#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/onnx/onnx_layers.hpp>
#include <cornu/framework/onnx/onnx_term.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::detail {

namespace {

using Axes = std::vector<std::int64_t>;

OnnxTerm input_of(OnnxCall& call) { return {&call.graph, call.x(), call.layer.dtype()}; }

double epsilon_of(const OnnxCall& call) { return call.config["epsilon"].as_double(); }

OnnxTerm mean(const OnnxTerm& x, const Axes& axes) {
  return x.of("ReduceMean", OnnxAttributes{{"axes", axes}, {"keepdims", std::int64_t{1}}});
}

OnnxTerm inverse_root(const OnnxTerm& x) { return x.of("Sqrt").of("Reciprocal"); }

// A weight of those axes as it broadcasts to the input.
Tensor along(const Tensor& weight, const Axes& axes, std::size_t rank) {
  Shape shape;
  for (std::size_t axis = 0; axis < rank; ++axis) shape.push_back(1);
  for (std::size_t i = 0; i < axes.size(); ++i)
    shape = shape.with(static_cast<std::size_t>(axes[i]), weight.shape()[i]);
  return ops::reshape(weight, shape);
}

// centred / √(variance + epsilon) · gamma + beta
OnnxTerm normalized(const OnnxCall& call, const OnnxTerm& centred, const OnnxTerm& variance, const Axes& axes) {
  OnnxTerm y = centred * inverse_root(variance + epsilon_of(call));
  if (const auto gamma = call.weight("gamma")) y = y * y.weight(along(*gamma, axes, call.rank()));
  if (const auto beta = call.weight("beta")) y = y + y.weight(along(*beta, axes, call.rank()));
  return y;
}

// Whether the axes are the last ones of the input, in their order.
bool are_last(const Axes& axes, std::size_t rank) {
  for (std::size_t i = 0; i < axes.size(); ++i)
    if (axes[i] != static_cast<std::int64_t>(rank - axes.size() + i)) return false;
  return true;
}

}  // namespace

// With the moving mean and variance, which are constants here.
void onnx_batch_normalization(OnnxCall& call) {
  const Axes axes = call.axes();
  const auto constant = [&](const Tensor& weight) { return along(weight, axes, call.rank()); };
  Tensor factor = ops::rsqrt(*call.weight("moving_variance") + epsilon_of(call));
  if (const auto gamma = call.weight("gamma")) factor = factor * *gamma;
  const OnnxTerm x = input_of(call);
  OnnxTerm y = (x - x.weight(constant(*call.weight("moving_mean")))) * x.weight(constant(factor));
  if (const auto beta = call.weight("beta")) y = y + y.weight(constant(*beta));
  call.give(y.name);
}

// ONNX's own holds epsilon as a float and takes the last axes; the others are made of basic ops.
void onnx_layer_normalization(OnnxCall& call) {
  const Axes axes = call.axes();
  const OnnxTerm x = input_of(call);
  const auto gamma = call.weight("gamma"), beta = call.weight("beta");
  const bool is_rms = call.config["rms_scaling"].as_bool();
  if (!is_rms && gamma && x.dtype == float32 && are_last(axes, call.rank())) {
    OnnxNames inputs{x.name, call.graph.weight(*gamma)};
    if (beta) inputs.push_back(call.graph.weight(*beta));
    call.give(call.graph.add("LayerNormalization", inputs, {{"axis", axes[0]}, {"epsilon", epsilon_of(call)}}));
    return;
  }
  const OnnxTerm centred = x - mean(x, axes);
  call.give(normalized(call, is_rms ? x : centred, mean(centred * centred, axes), axes).name);
}

// y = x / √(mean(x²) + epsilon) · scale
void onnx_rms_normalization(OnnxCall& call) {
  const Axes axes = call.axes();
  const OnnxTerm x = input_of(call);
  const OnnxTerm y = x * inverse_root(mean(x * x, axes) + epsilon_of(call));
  call.outputs[0].name = (y * x.weight(along(*call.weight("scale"), axes, call.rank()))).name;
}

// y = x / √(Σ x²); where there is nothing but zeros, 1 stands for the sum
void onnx_unit_normalization(OnnxCall& call) {
  OnnxGraph& graph = call.graph;
  const OnnxTerm x = input_of(call);
  const OnnxTerm sum{
      &graph, graph.add("ReduceSum", {(x * x).name, graph.integers(call.axes())}, {{"keepdims", std::int64_t{1}}}),
      x.dtype};
  call.give((x * inverse_root(x.number(1).where(sum.of("Equal", 0), sum))).name);
}

namespace {

// (…, groups, channels / groups, …): 0 keeps an extent in front of the channels; one behind them may be open.
Axes grouped(const OnnxCall& call, std::size_t axis, std::int64_t groups) {
  const Shape& shape = call.inputs[0].shape;
  Axes extents(axis, 0);
  extents.push_back(groups);
  extents.push_back(shape[axis] / groups);
  bool has_open = false;
  for (std::size_t i = axis + 1; i < shape.rank(); ++i) {
    if (shape[i] == None && has_open)
      throw ValueError("export_onnx",
                       fmt::format("two extents behind the channels are open; got an input {}; expected one at most, "
                                   "or channels along the last axis",
                                   shape));
    has_open = has_open || shape[i] == None;
    extents.push_back(shape[i] == None ? -1 : shape[i]);
  }
  return extents;
}

}  // namespace

void onnx_group_normalization(OnnxCall& call) {
  OnnxGraph& graph = call.graph;
  const Axes channels = call.axes();
  const auto axis = static_cast<std::size_t>(channels[0]);
  const std::int64_t groups = call.config["groups"].as_int();
  const OnnxTerm whole = input_of(call);
  const OnnxTerm x{&graph, graph.reshape(whole.name, grouped(call, axis, groups)), whole.dtype};
  Axes reduced;
  for (std::size_t i = 1; i <= call.rank(); ++i)
    if (i != axis) reduced.push_back(static_cast<std::int64_t>(i));
  const OnnxTerm centred = x - mean(x, reduced);
  const OnnxTerm y = centred * inverse_root(mean(centred * centred, reduced) + epsilon_of(call));
  OnnxTerm flat{&graph, graph.add("Reshape", {y.name, graph.add("Shape", {whole.name})}), whole.dtype};
  if (const auto gamma = call.weight("gamma")) flat = flat * flat.weight(along(*gamma, channels, call.rank()));
  if (const auto beta = call.weight("beta")) flat = flat + flat.weight(along(*beta, channels, call.rank()));
  call.give(flat.name);
}

// Its inner layer, whose kernel is divided in training alone.
void onnx_spectral_normalization(OnnxCall& call) {
  const LayerBase& inner = *call.layer.sublayers().at(0).second;
  OnnxCall made{call.graph, inner, inner.get_config(), call.inputs, call.outputs};
  onnx_exporter_of(inner.class_name())(made);
  call.outputs[0].name = made.outputs[0].name;
}

}  // namespace cornu::detail
