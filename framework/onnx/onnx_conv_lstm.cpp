// ConvLSTM1D, 2D and 3D: a loop around two convolutions. ONNX has no op of them.
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/onnx/onnx_activations.hpp>
#include <cornu/framework/onnx/onnx_sliding.hpp>

namespace cornu::detail {

namespace {

using Numbers = std::vector<std::int64_t>;

// The call at a step, whose weights are in the graph.
class Step {
 public:
  explicit Step(OnnxCall& call)
      : inputs_{call.graph, call.layer, call.config, {step_of(call.inputs[0])}, {}},
        states_(inputs_),
        with_mask_(!call.inputs[0].mask.empty()) {
    states_.config.set("padding", "same").set("strides", 1).set("dilation_rate", 1);
    const std::vector<Tensor> weights = call.layer.get_weights();
    kernel_ = call.graph.weight(onnx_kernel(weights.at(0)));
    recurrent_kernel_ = call.graph.weight(onnx_kernel(weights.at(1)));
    if (weights.size() > 2) bias_ = call.graph.weight(weights[2]);
    zero_ = call.graph.number(0, float32);
  }

  // {h, c} after it and the output, for {x, mask}
  std::pair<OnnxNames, std::string> operator()(const OnnxNames& before, const OnnxNames& inputs) {
    OnnxNames after = computed(inputs[0], before);
    if (!with_mask_) return {after, after[0]};
    Numbers axes;
    for (std::size_t axis = 1; axis < inputs_.rank(); ++axis) axes.push_back(static_cast<std::int64_t>(axis));
    const std::string counts = graph().unsqueeze(inputs[1], axes);
    for (std::size_t i = 0; i < after.size(); ++i) after[i] = graph().add("Where", {counts, after[i], before[i]});
    if (!inputs_.config["zero_output_for_mask"].as_bool()) return {after, after[0]};
    return {after, graph().add("Where", {counts, after[0], zero_})};
  }

 private:
  static OnnxValue step_of(const OnnxValue& sequences) { return {"", sequences.shape.removed(1), sequences.dtype}; }
  OnnxGraph& graph() { return inputs_.graph; }

  std::string convolved(OnnxCall& call, const std::string& x, const std::string& kernel, const std::string& bias) {
    const OnnxSliding sliding(call, "kernel_size");
    const auto [image, pads] = sliding.framed(graph(), onnx_channels_in_front(call, x), zero_);
    OnnxNames inputs{image, kernel};
    if (!bias.empty()) inputs.push_back(bias);
    return graph().add("Conv", inputs, sliding.attributes(pads));
  }

  std::string activated(const char* which, const std::string& x) {
    return onnx_activation(graph(), inputs_.config[which], x, float32);
  }

  // c = f c₀ + i g, h = o φ(c)
  OnnxNames computed(const std::string& x, const OnnxNames& before) {
    const std::string z = graph().add(
        "Add", {convolved(inputs_, x, kernel_, bias_), convolved(states_, before[0], recurrent_kernel_, "")});
    const std::int64_t axis = inputs_.is_channels_first() ? 1 : -1;
    const OnnxNames gates = graph().add("Split", {onnx_channels_as_before(inputs_, z)}, 4, {{"axis", axis}});
    const std::string i = activated("recurrent_activation", gates[0]), f = activated("recurrent_activation", gates[1]);
    const std::string g = activated("activation", gates[2]), o = activated("recurrent_activation", gates[3]);
    const std::string c = graph().add("Add", {graph().add("Mul", {f, before[1]}), graph().add("Mul", {i, g})});
    return {graph().add("Mul", {o, activated("activation", c)}), c};
  }

  OnnxCall inputs_, states_;
  bool with_mask_;
  std::string kernel_, recurrent_kernel_, bias_, zero_;
};

// Those that are given, or zeros (batch, windows, filters), of which all but the batch must be known.
OnnxNames first_states(OnnxCall& call, const std::string& x) {
  if (call.inputs.size() > 1) return {call.x(1), call.x(2)};
  Shape state = call.outputs[0].shape.removed(0);
  if (call.config["return_sequences"].as_bool()) state = state.removed(0);
  if (state.has_none())
    throw ValueError("export_onnx",
                     "the state has no known extents; got an input with open ones; expected all but "
                     "the batch and the steps to be known, or initial states");
  OnnxGraph& graph = call.graph;
  const std::string batch = graph.add("Gather", {graph.add("Shape", {x}), graph.integers({1})});
  const std::string extents = graph.integers(Numbers(state.begin(), state.end()));
  const std::string shape = graph.add("Concat", {batch, extents}, {{"axis", std::int64_t{0}}});
  const std::string zeros = graph.add("Expand", {graph.number(0, float32), shape});
  return {zeros, zeros};
}

// (batch, steps, …) → (steps, batch, …) and back
std::string exchanged(OnnxGraph& graph, const std::string& x, std::size_t rank) {
  Numbers order{1, 0};
  for (std::size_t axis = 2; axis < rank; ++axis) order.push_back(static_cast<std::int64_t>(axis));
  return graph.transpose(x, order);
}

}  // namespace

void onnx_conv_lstm(OnnxCall& call) {
  onnx_require_float32(call);
  onnx_require_stateless(call.config);
  OnnxGraph& graph = call.graph;
  const std::string x = exchanged(graph, call.x(), call.rank()), &mask = call.inputs[0].mask;
  OnnxNames sequences{x};
  if (!mask.empty()) sequences.push_back(graph.transpose(mask, {1, 0}));
  Step step(call);
  const bool all = call.config["return_sequences"].as_bool();
  const auto [last, outputs] =
      graph.scan(first_states(call, x), sequences, call.config["go_backwards"].as_bool(),
                 [&](const OnnxNames& before, const OnnxNames& inputs) { return step(before, inputs); });
  if (all) {
    call.outputs[0].name = exchanged(graph, outputs, call.rank());
    call.outputs[0].mask = mask;
  } else {
    const std::string end = graph.add("Gather", {outputs, graph.integers({-1})}, {{"axis", std::int64_t{0}}});
    call.outputs[0].name = graph.squeeze(end, {0});
  }
  for (std::size_t i = 1; i < call.outputs.size(); ++i) call.outputs[i].name = last[i - 1];
}

}  // namespace cornu::detail
