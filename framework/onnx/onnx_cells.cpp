#include <cornu/framework/onnx/onnx_cells.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/onnx/onnx_activations.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::detail {

namespace {

// "LSTMCell" → "LSTM"
std::string kind_of(const std::string& class_name) {
  std::string kind = class_name;
  if (kind.ends_with("Cell")) kind.resize(kind.size() - 4);
  if (kind == "LSTM" || kind == "GRU" || kind == "SimpleRNN") return kind;
  throw ValueError("export_onnx", fmt::format("the cell has no words in ONNX; got {}; expected an LSTMCell, GRUCell or "
                                              "SimpleRNNCell, or StackedRNNCells of them",
                                              class_name));
}

}  // namespace

std::vector<OnnxCell> onnx_cells_of(const Config& layer, const std::string& class_name,
                                    const std::vector<Tensor>& weights, DType dtype) {
  if (class_name != "RNN") return {{kind_of(class_name), layer, weights, dtype}};
  const Config& cell = layer["cell"];
  std::vector<Config> cells{cell};
  if (cell["class_name"].as_string() == "StackedRNNCells") cells = cell["config"]["cells"].as_list();
  std::vector<OnnxCell> all;
  auto next = weights.begin();
  for (const Config& one : cells) {
    OnnxCell made{kind_of(one["class_name"].as_string()), one["config"], {}, dtype};
    const auto end = next + (made.config["use_bias"].as_bool() ? 3 : 2);
    made.weights.assign(next, end);
    next = end;
    all.push_back(std::move(made));
  }
  return all;
}

OnnxStep::OnnxStep(OnnxGraph& graph, const OnnxCell& cell) : graph_(graph), cell_(cell) {
  const std::int64_t units = cell.units();
  kernel_ = graph.weight(cell.weights[0]);
  if (cell.kind == "GRU" && !cell.has_reset_after()) {
    recurrent_gates_ = graph.weight(ops::slice(cell.weights[1], 1, {.stop = 2 * units}));
    recurrent_candidate_ = graph.weight(ops::slice(cell.weights[1], 1, {.start = 2 * units}));
  } else {
    recurrent_ = graph.weight(cell.weights[1]);
  }
  if (cell.kind == "GRU") one_ = graph.number(1, cell.dtype);
  if (cell.weights.size() < 3) return;
  bias_ = graph.weight(cell.has_reset_after() ? ops::select(cell.weights[2], 0, 0) : cell.weights[2]);
  if (cell.has_reset_after()) recurrent_bias_ = graph.weight(ops::select(cell.weights[2], 0, 1));
}

std::string OnnxStep::activated(const char* which, const std::string& x) const {
  return onnx_activation(graph_, cell_.config[which], x, cell_.dtype);
}

OnnxNames OnnxStep::gates_of(const std::string& x) const {
  return graph_.add("Split", {x}, cell_.kind == "LSTM" ? 4 : 3, {{"axis", std::int64_t{-1}}});
}

std::string OnnxStep::times(const std::string& x, const std::string& matrix, const std::string& bias) const {
  const std::string y = graph_.add("MatMul", {x, matrix});
  return bias.empty() ? y : sum(y, bias);
}

OnnxNames OnnxStep::operator()(const std::string& x, const OnnxNames& states) const {
  if (cell_.kind == "LSTM") return lstm(x, states);
  if (cell_.kind == "GRU") return gru(x, states);
  return {activated("activation", sum(times(x, kernel_, bias_), times(states[0], recurrent_, "")))};
}

// c = f c₀ + i g, h = o φ(c)
OnnxNames OnnxStep::lstm(const std::string& x, const OnnxNames& states) const {
  const OnnxNames gates = gates_of(sum(times(x, kernel_, bias_), times(states[0], recurrent_, "")));
  const std::string i = activated("recurrent_activation", gates[0]), f = activated("recurrent_activation", gates[1]);
  const std::string g = activated("activation", gates[2]), o = activated("recurrent_activation", gates[3]);
  const std::string c = sum(product(f, states[1]), product(i, g));
  return {product(o, activated("activation", c)), c};
}

// h = z h₀ + (1 − z) g
OnnxNames OnnxStep::gru(const std::string& x, const OnnxNames& states) const {
  const OnnxNames a = gates_of(times(x, kernel_, bias_));
  OnnxNames q;
  if (cell_.has_reset_after())
    q = gates_of(times(states[0], recurrent_, recurrent_bias_));
  else
    q = graph_.add("Split", {times(states[0], recurrent_gates_, "")}, 2, {{"axis", std::int64_t{-1}}});
  const std::string z = activated("recurrent_activation", sum(a[0], q[0]));
  const std::string r = activated("recurrent_activation", sum(a[1], q[1]));
  const std::string inner =
      cell_.has_reset_after() ? product(r, q[2]) : times(product(r, states[0]), recurrent_candidate_, "");
  const std::string g = activated("activation", sum(a[2], inner));
  return {sum(product(z, states[0]), product(graph_.add("Sub", {one_, z}), g))};
}

}  // namespace cornu::detail
