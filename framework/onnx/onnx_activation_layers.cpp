// Activations that are layers of their own, with options and weights.
#include <cornu/framework/onnx/onnx_layers.hpp>
#include <cornu/framework/onnx/onnx_term.hpp>

namespace cornu::detail {

namespace {

OnnxTerm input_of(OnnxCall& call) { return {&call.graph, call.x(), call.layer.dtype()}; }

double option(const OnnxCall& call, const char* name) { return call.config[name].as_double(); }

// x where it is not negative, slope · x elsewhere
OnnxTerm leaky_relu(const OnnxTerm& x, double slope) { return x.of("Relu") + x.of("Min", 0) * slope; }

}  // namespace

void onnx_elu_layer(OnnxCall& call) { call.give(onnx_elu(input_of(call), option(call, "alpha")).name); }

void onnx_leaky_relu_layer(OnnxCall& call) {
  call.give(leaky_relu(input_of(call), option(call, "negative_slope")).name);
}

// y = max(x, 0) − alpha · max(−x, 0)
void onnx_prelu_layer(OnnxCall& call) {
  const OnnxTerm x = input_of(call);
  call.give((x.of("Relu") - x.of("Neg").of("Relu") * x.weight(*call.weight("alpha"))).name);
}

namespace {

// x above the threshold, up to max_value, and slope · (x − threshold) below
OnnxTerm relu(const OnnxCall& call, const OnnxTerm& x) {
  const double threshold = option(call, "threshold"), slope = option(call, "negative_slope");
  const Config& most = call.config["max_value"];
  if (threshold == 0 && most.is_null() && slope != 0) return leaky_relu(x, slope);
  OnnxTerm y = threshold == 0 ? x.of("Relu") : x.where(x.of("Greater", threshold), x.number(0));
  if (!most.is_null()) y = y.clipped(0, most.as_double());
  return slope == 0 ? y : y - (x.number(threshold) - x).of("Relu") * slope;
}

}  // namespace

// Integers stay what they are unless an option is a number.
void onnx_relu_layer(OnnxCall& call) {
  const OnnxValue& input = call.inputs[0];
  if (is_floating(call.outputs[0].dtype))
    call.give(relu(call, input_of(call)).name);
  else
    call.give(call.graph.add("Max", {input.name, call.graph.number(0, input.dtype)}));
}

namespace {

OnnxTerm softmax(const OnnxTerm& x, const std::vector<std::int64_t>& axes) {
  if (axes.size() == 1) return x.of("Softmax", OnnxAttributes{{"axis", axes[0]}});
  return (x - x.of("ReduceLogSumExp", OnnxAttributes{{"axes", axes}, {"keepdims", std::int64_t{1}}})).of("Exp");
}

}  // namespace

// Steps that do not count are far below, and 0 in what comes out.
void onnx_softmax_layer(OnnxCall& call) {
  const OnnxTerm x = input_of(call);
  const std::string& mask = call.inputs[0].mask;
  if (mask.empty()) {
    call.outputs[0].name = softmax(x, call.axes()).name;
    return;
  }
  std::vector<std::int64_t> behind;
  for (std::size_t axis = 2; axis < call.rank(); ++axis) behind.push_back(static_cast<std::int64_t>(axis));
  const OnnxTerm counts{x.graph, behind.empty() ? mask : x.graph->unsqueeze(mask, behind), boolean};
  const OnnxTerm y = softmax(x.where(counts, x.number(-1e9)), call.axes());
  call.outputs[0].name = y.where(counts, x.number(0)).name;
  if (call.rank() > 2) call.outputs[0].mask = mask;
}

}  // namespace cornu::detail
