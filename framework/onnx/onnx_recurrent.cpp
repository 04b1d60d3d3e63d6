// Recurrent layers: ONNX's own ops where they are the same, a loop where a mask or a cell asks for it.
#include <fmt/core.h>

#include <optional>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/onnx/onnx_activations.hpp>
#include <cornu/framework/onnx/onnx_cells.hpp>
#include <cornu/framework/onnx/onnx_layers.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::detail {

namespace {

// What a recurrent layer gives: sequences or the last output, and the last states.
struct Run {
  std::string output;
  OnnxNames states;
};

struct Loop {
  OnnxGraph& graph;
  const LayerBase& layer;
  Config config;
  std::vector<OnnxCell> cells;
  std::string x, mask;  // (steps, batch, inputs), (steps, batch)
  OnnxNames states;     // (batch, units) each

  bool is(const char* option) const { return config[option].is_bool() && config[option].as_bool(); }
};

// ── ONNX's own ops ──────────────────────────────────────────────────────────────────────────────────────────────────

// (rows, gates · units) → (1, gates · units, rows), the gates in ONNX's order
Tensor turned(const Tensor& kernel, const Tensor& order, std::int64_t units) {
  const std::int64_t rows = kernel.dim(0), gates = order.size();
  const Tensor sorted = ops::take(ops::reshape(kernel, {rows, gates, units}), order, 1);
  return ops::reshape(ops::transpose(sorted, {1, 2, 0}), {1, gates * units, rows});
}

Tensor order_of_gates(const OnnxCell& cell) {
  if (cell.kind == "LSTM") return Tensor({0, 3, 1, 2});
  return cell.kind == "GRU" ? Tensor({0, 1, 2}) : Tensor({0});
}

// Of the inputs, and behind it of the states: (1, 2 · gates · units)
Tensor both_biases(const OnnxCell& cell, const Tensor& order) {
  const std::int64_t units = cell.units();
  const auto turned_bias = [&](const Tensor& bias) {
    return ops::reshape(turned(ops::reshape(bias, {1, bias.size()}), order, units), {1, bias.size()});
  };
  const Tensor& bias = cell.weights[2];
  if (!cell.has_reset_after())
    return ops::concatenate({turned_bias(bias), Tensor::zeros({1, bias.size()}, bias.dtype())}, 1);
  return ops::concatenate({turned_bias(ops::select(bias, 0, 0)), turned_bias(ops::select(bias, 0, 1))}, 1);
}

std::optional<std::vector<std::string>> activations_of(const OnnxCell& cell) {
  const auto inner = onnx_gate_activation(cell.config["activation"]);
  if (cell.kind == "SimpleRNN") return inner ? std::optional(std::vector{*inner}) : std::nullopt;
  const auto gate = onnx_gate_activation(cell.config["recurrent_activation"]);
  if (!inner || !gate) return std::nullopt;
  return cell.kind == "LSTM" ? std::vector{*gate, *inner, *inner} : std::vector{*gate, *inner};
}

bool has_own_op(const Loop& loop) {
  return loop.mask.empty() && loop.cells.size() == 1 && activations_of(loop.cells[0]);
}

Run run_own_op(const Loop& loop) {
  OnnxGraph& graph = loop.graph;
  const OnnxCell& cell = loop.cells[0];
  const Tensor order = order_of_gates(cell);
  const bool backwards = loop.is("go_backwards");
  OnnxNames inputs{loop.x, graph.weight(turned(cell.weights[0], order, cell.units())),
                   graph.weight(turned(cell.weights[1], order, cell.units())),
                   cell.weights.size() > 2 ? graph.weight(both_biases(cell, order)) : ""};
  inputs.push_back("");  // the lengths of the sequences
  for (const std::string& state : loop.states) inputs.push_back(graph.unsqueeze(state, {0}));
  OnnxAttributes attributes{{"hidden_size", cell.units()},
                            {"activations", *activations_of(cell)},
                            {"direction", std::string(backwards ? "reverse" : "forward")}};
  if (cell.kind == "GRU") attributes.push_back({"linear_before_reset", std::int64_t{cell.has_reset_after()}});
  const char* const op = cell.kind == "SimpleRNN" ? "RNN" : cell.kind.c_str();
  const OnnxNames outputs = graph.add(op, inputs, 1 + cell.states(), attributes);
  Run run;
  for (std::size_t i = 1; i < outputs.size(); ++i) run.states.push_back(graph.squeeze(outputs[i], {0}));
  run.output = run.states[0];
  if (!loop.is("return_sequences")) return run;
  run.output = graph.transpose(graph.squeeze(outputs[0], {1}), {1, 0, 2});
  if (backwards) run.output = graph.flip(run.output, 1);  // ONNX's are in the order of the inputs
  return run;
}

// ── the loop ────────────────────────────────────────────────────────────────────────────────────────────────────────

// Zeros (batch, units) for each state.
OnnxNames zero_states(const Loop& loop) {
  OnnxGraph& graph = loop.graph;
  const std::string batch = graph.add("Gather", {graph.add("Shape", {loop.x}), graph.integers({1})});
  OnnxNames states;
  for (const OnnxCell& cell : loop.cells) {
    const std::string shape = graph.add("Concat", {batch, graph.integers({cell.units()})}, {{"axis", std::int64_t{0}}});
    for (std::size_t i = 0; i < cell.states(); ++i)
      states.push_back(graph.add("Expand", {graph.number(0, cell.dtype), shape}));
  }
  return states;
}

// One step of all cells; at a step outside the mask the states stay as they are.
std::pair<OnnxNames, std::string> step_of(const Loop& loop, const std::vector<OnnxStep>& cells, const OnnxNames& states,
                                          const OnnxNames& inputs, const std::string& zero) {
  OnnxGraph& graph = loop.graph;
  OnnxNames after;
  std::string x = inputs[0], last;
  for (std::size_t i = 0, first = 0; i < cells.size(); first += loop.cells[i++].states()) {
    const auto begin = states.begin() + static_cast<std::ptrdiff_t>(first);
    const OnnxNames given = cells[i](x, {begin, begin + static_cast<std::ptrdiff_t>(loop.cells[i].states())});
    x = given[0];
    after.insert(after.end(), given.begin(), given.end());
  }
  const std::size_t output = after.size() - loop.cells.back().states();
  if (loop.mask.empty()) return {after, after[output]};
  const std::string counts = graph.unsqueeze(inputs[1], {1});
  for (std::size_t i = 0; i < after.size(); ++i) after[i] = graph.add("Where", {counts, after[i], states[i]});
  if (!loop.is("zero_output_for_mask")) return {after, after[output]};
  return {after, graph.add("Where", {counts, after[output], zero})};
}

Run run_loop(const Loop& loop) {
  OnnxGraph& graph = loop.graph;
  std::vector<OnnxStep> cells;
  for (const OnnxCell& cell : loop.cells) cells.emplace_back(graph, cell);
  const std::string zero = graph.number(0, loop.layer.dtype());
  const OnnxNames states = loop.states.empty() ? zero_states(loop) : loop.states;
  OnnxNames sequences{loop.x};
  if (!loop.mask.empty()) sequences.push_back(loop.mask);
  const auto [last, outputs] = graph.scan(
      states, sequences, loop.is("go_backwards"),
      [&](const OnnxNames& before, const OnnxNames& inputs) { return step_of(loop, cells, before, inputs, zero); });
  Run run{"", last};
  run.output =
      loop.is("return_sequences")
          ? graph.transpose(outputs, {1, 0, 2})
          : graph.squeeze(graph.add("Gather", {outputs, graph.integers({-1})}, {{"axis", std::int64_t{0}}}), {0});
  return run;
}

Run run_layer(OnnxCall& call, const LayerBase& layer, const OnnxNames& states) {
  const Config config = layer.get_config();
  Loop loop{call.graph, layer, config, onnx_cells_of(config, layer.class_name(), layer.get_weights(), layer.dtype()),
            {},         {},    states};
  onnx_require_stateless(config);
  loop.x = call.graph.transpose(call.x(), {1, 0, 2});
  if (!call.inputs[0].mask.empty()) loop.mask = call.graph.transpose(call.inputs[0].mask, {1, 0});
  return has_own_op(loop) ? run_own_op(loop) : run_loop(loop);
}

OnnxNames given_states(const OnnxCall& call, std::size_t first, std::size_t count) {
  OnnxNames states;
  for (std::size_t i = first; i < first + count; ++i) states.push_back(call.x(i));
  return states;
}

void give_states(OnnxCall& call, std::size_t first, const OnnxNames& states) {
  for (std::size_t i = 0; i < states.size() && first + i < call.outputs.size(); ++i)
    call.outputs[first + i].name = states[i];
}

}  // namespace

void onnx_require_stateless(const Config& config) {
  if (config["stateful"].is_bool() && config["stateful"].as_bool())
    throw ValueError("export_onnx",
                     "ONNX keeps nothing between two batches; got stateful = true; expected false, with "
                     "the states as inputs and outputs of the model");
}

void onnx_recurrent_layer(OnnxCall& call) {
  const Run run = run_layer(call, call.layer, given_states(call, 1, call.inputs.size() - 1));
  call.outputs[0].name = run.output;
  if (call.config["return_sequences"].as_bool()) call.outputs[0].mask = call.inputs[0].mask;
  give_states(call, 1, run.states);
}

namespace {

std::string merged(OnnxGraph& graph, const std::string& mode, const std::string& a, const std::string& b, DType dtype) {
  if (mode == "concat") return graph.add("Concat", {a, b}, {{"axis", std::int64_t{-1}}});
  if (mode == "mul") return graph.add("Mul", {a, b});
  const std::string sum = graph.add("Add", {a, b});
  return mode == "sum" ? sum : graph.add("Div", {sum, graph.number(2, dtype)});
}

}  // namespace

void onnx_bidirectional(OnnxCall& call) {
  const auto& directions = call.layer.sublayers();
  const std::size_t states = (call.inputs.size() - 1) / 2;
  const Run forward = run_layer(call, *directions[0].second, given_states(call, 1, states));
  Run backward = run_layer(call, *directions[1].second, given_states(call, 1 + states, states));
  const bool sequences = directions[0].second->get_config()["return_sequences"].as_bool();
  if (sequences) backward.output = call.graph.flip(backward.output, 1);
  const Config& mode = call.config["merge_mode"];
  std::size_t next = 1;
  if (mode.is_null()) {
    call.outputs[0].name = forward.output;
    call.outputs[next++].name = backward.output;
  } else {
    call.outputs[0].name = merged(call.graph, mode.as_string(), forward.output, backward.output, call.layer.dtype());
  }
  for (std::size_t i = 0; sequences && i < next; ++i) call.outputs[i].mask = call.inputs[0].mask;
  give_states(call, next, forward.states);
  give_states(call, next + forward.states.size(), backward.states);
}

}  // namespace cornu::detail
