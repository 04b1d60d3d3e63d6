// Layers of attention. Which keys a query attends to is a bool that broadcasts to the scores: "" if it is all of them.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <cornu/framework/onnx/onnx_layers.hpp>
#include <cornu/framework/onnx/onnx_term.hpp>
#include <cornu/framework/ops/attention_equations.hpp>

namespace cornu::detail {

namespace {

using Numbers = std::vector<std::int64_t>;

std::string both(OnnxGraph& graph, const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a + b;
  return graph.add("And", {a, b});
}

OnnxTerm softmax(const OnnxTerm& x, std::int64_t key_axes) {
  if (key_axes == 1) return x.of("Softmax", OnnxAttributes{{"axis", std::int64_t{-1}}});
  Numbers axes(static_cast<std::size_t>(key_axes));
  std::iota(axes.begin(), axes.end(), -key_axes);
  return (x - x.of("ReduceLogSumExp", OnnxAttributes{{"axes", axes}, {"keepdims", std::int64_t{1}}})).of("Exp");
}

// Over the last axes; 0 where no key is left.
OnnxTerm masked_softmax(const OnnxTerm& scores, const std::string& allowed, std::int64_t key_axes) {
  if (allowed.empty()) return softmax(scores, key_axes);
  const OnnxTerm counts{scores.graph, allowed, boolean};
  return softmax(scores.where(counts, scores.number(-1e9)), key_axes).where(counts, scores.number(0));
}

// 0 … of the input's extent along an axis.
std::string places(OnnxCall& call, std::size_t input, std::int64_t axis) {
  OnnxGraph& graph = call.graph;
  const std::string shape = graph.add("Shape", {call.inputs[input].name});
  const std::string extent = graph.add("Gather", {shape, graph.number(static_cast<double>(axis), int64)});
  return graph.add("Range", {graph.number(0, int64), extent, graph.number(1, int64)});
}

// (queries, keys): keys up to the query's own place, and less than `window` places away if that is given.
std::string near_by(OnnxCall& call, std::int64_t axis, bool is_causal, const Config& window) {
  OnnxGraph& graph = call.graph;
  if (!is_causal && window.is_null()) return "";
  const std::string query = graph.unsqueeze(places(call, 0, axis), {1}), key = places(call, 1, axis);
  std::string allowed;
  if (is_causal) allowed = graph.add("LessOrEqual", {key, query});
  if (window.is_null()) return allowed;
  const std::string away = graph.add("Abs", {graph.add("Sub", {query, key})});
  const std::string most = graph.number(static_cast<double>(window.as_int()), int64);
  return both(graph, allowed, graph.add("Less", {away, most}));
}

void give_outputs(OnnxCall& call, const std::string& y, const std::string& weights) {
  call.give(y);
  if (call.arguments.return_attention_scores) call.outputs[1].name = weights;
}

// One of the projections, an EinsumDense.
struct Projection {
  std::string equation, kernel, bias;
  bool is_gate;

  OnnxTerm of(const OnnxTerm& x) const {
    OnnxGraph& graph = *x.graph;
    OnnxTerm y{&graph, graph.add("Einsum", {x.name, kernel}, {{"equation", equation}}), x.dtype};
    if (!bias.empty()) y.name = graph.add("Add", {y.name, bias});
    return is_gate ? y.of("Sigmoid") : y;
  }
};

const LayerBase* inner(const OnnxCall& call, std::string_view name) {
  for (const auto& [attribute, layer] : call.layer.sublayers())
    if (layer->name() == name) return layer.get();
  return nullptr;
}

Projection projection(OnnxCall& call, std::string_view name) {
  const LayerBase& layer = *inner(call, name);
  const std::vector<Tensor> weights = layer.get_weights();
  return {layer.get_config()["equation"].as_string(), call.graph.weight(weights[0]),
          weights.size() > 1 ? call.graph.weight(weights[1]) : "", name == "gate"};
}

std::size_t key_of(const OnnxCall& call) { return call.inputs.size() > 2 ? 2 : 1; }

// The mask of attention has axes of the batch in front, and those of queries and keys last.
std::string given_mask(OnnxCall& call, std::size_t scores_rank, std::size_t key_axes) {
  const std::string mask = call.graph.cast(call.inputs[3].name, boolean);
  const std::size_t rank = call.rank(3);
  Numbers missing(scores_rank - rank);
  std::iota(missing.begin(), missing.end(), static_cast<std::int64_t>(rank - std::min(2 * key_axes, rank)));
  return missing.empty() ? mask : call.graph.unsqueeze(mask, missing);
}

// Those of query, value and key, by the axes of scores (batch, heads, queries, keys).
std::string input_masks(OnnxCall& call) {
  std::string allowed;
  for (std::size_t i = 0; i < std::min<std::size_t>(call.inputs.size(), 3); ++i) {
    const std::string& mask = call.inputs[i].mask;
    if (mask.empty()) continue;
    if (call.rank() != 3)
      throw ValueError("export_onnx", fmt::format("masks of ONNX graphs are (batch, steps); got an input {}; expected "
                                                  "(batch, steps, features)",
                                                  call.inputs[0].shape));
    allowed = both(call.graph, allowed, call.graph.unsqueeze(mask, i == 0 ? Numbers{1, 3} : Numbers{1, 2}));
  }
  return allowed;
}

// (batch, steps, heads, dim) with each head as often as there are queries' heads for it.
OnnxTerm repeated(const OnnxTerm& x, std::int64_t times) {
  if (times == 1) return x;
  OnnxGraph& graph = *x.graph;
  const std::string copies = graph.add("Tile", {graph.unsqueeze(x.name, {3}), graph.integers({1, 1, 1, times, 1})});
  const std::string shape = graph.add("Shape", {x.name});
  const std::string steps = graph.add("Slice", {shape, graph.integers({0}), graph.integers({2})});
  const std::string dim = graph.add("Slice", {shape, graph.integers({3}), graph.integers({4})});
  const std::string wide = graph.add("Concat", {steps, graph.integers({-1}), dim}, {{"axis", std::int64_t{0}}});
  return {&graph, graph.add("Reshape", {copies, wide}), x.dtype};
}

struct Heads {
  std::int64_t groups;  // heads of queries for one of keys
  double key_dim;
  Numbers axes;
};

Heads heads_of(const Config& config) {
  if (!config["num_query_heads"].is_null())
    return {config["num_query_heads"].as_int() / config["num_key_value_heads"].as_int(),
            static_cast<double>(config["head_dim"].as_int()),
            {1}};
  Heads heads{1, static_cast<double>(config["key_dim"].as_int()), {}};
  for (const Config& axis : config["attention_axes"].as_list()) heads.axes.push_back(axis.as_int());
  return heads;
}

}  // namespace

// y = softmax(q · k / √key_dim) · v, by heads
void onnx_headed_attention(OnnxCall& call) {
  OnnxGraph& graph = call.graph;
  const DType dtype = call.layer.dtype();
  const Heads heads = heads_of(call.config);
  const ops::AttentionEquations equations = ops::attention_equations(call.rank(), heads.axes);
  const auto projected = [&](const char* name, std::size_t i) {
    return projection(call, name).of({&graph, call.x(i), dtype});
  };
  const auto product = [&](const std::string& equation, const OnnxTerm& a, const OnnxTerm& b) {
    return OnnxTerm{&graph, graph.add("Einsum", {a.name, b.name}, {{"equation", equation}}), dtype};
  };
  std::string allowed = input_masks(call);
  allowed =
      both(graph, allowed, near_by(call, heads.axes[0], call.arguments.use_causal_mask, call.config["sliding_window"]));
  if (call.inputs.size() == 4)
    allowed = both(graph, allowed, given_mask(call, equations.scores.size(), heads.axes.size()));
  const OnnxTerm query = projected("query", 0) * (1 / std::sqrt(heads.key_dim));
  const OnnxTerm key = repeated(projected("key", key_of(call)), heads.groups);
  const OnnxTerm weights = masked_softmax(product(equations.to_scores, query, key), allowed, std::ssize(heads.axes));
  OnnxTerm y = product(equations.to_output, weights, repeated(projected("value", 1), heads.groups));
  if (inner(call, "gate")) y = y * projected("gate", 0);
  give_outputs(call, projection(call, "attention_output").of(y).name, weights.name);
}

namespace {

std::string transposed(OnnxCall& call, const std::string& x) {  // the last two axes
  Numbers order(call.rank());
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  return call.graph.transpose(x, order);
}

OnnxTerm summed(const OnnxTerm& x) {  // over the last axis
  OnnxGraph& graph = *x.graph;
  return {&graph, graph.add("ReduceSum", {x.name, graph.integers({-1})}, {{"keepdims", std::int64_t{0}}}), x.dtype};
}

// Attention: q · k, or Σ tanh(scale · (q + k)); AdditiveAttention: Σ scale · tanh(q + k)
OnnxTerm scores_of(OnnxCall& call) {
  OnnxGraph& graph = call.graph;
  const DType dtype = call.layer.dtype();
  const std::string query = call.x(0), key = call.x(key_of(call));
  const std::optional<Tensor> scale = call.weight("scale");
  const auto scaled = [&](const OnnxTerm& x) { return scale ? x * x.weight(*scale) : x; };
  const bool is_additive = call.layer.class_name() == "AdditiveAttention";
  if (!is_additive && call.config["score_mode"].as_string() == "dot")
    return scaled({&graph, graph.add("MatMul", {query, transposed(call, key)}), dtype});
  const OnnxTerm q{&graph, graph.unsqueeze(query, {-2}), dtype}, k{&graph, graph.unsqueeze(key, {-3}), dtype};
  if (is_additive) return summed(scaled((q + k).of("Tanh")));
  const OnnxTerm sums = summed(scaled(q + k).of("Tanh"));
  return sums * sums.weight(*call.weight("concat_score_weight"));
}

}  // namespace

void onnx_scored_attention(OnnxCall& call) {
  OnnxGraph& graph = call.graph;
  const std::string &query_mask = call.inputs[0].mask, &value_mask = call.inputs[1].mask;
  const std::string causal =
      near_by(call, static_cast<std::int64_t>(call.rank()) - 2, call.arguments.use_causal_mask, Config());
  const std::string allowed = both(graph, value_mask.empty() ? "" : graph.unsqueeze(value_mask, {-2}), causal);
  const OnnxTerm weights = masked_softmax(scores_of(call), allowed, 1);
  OnnxTerm y{&graph, graph.add("MatMul", {weights.name, call.x(1)}), weights.dtype};
  if (!query_mask.empty()) y = y.where({&graph, graph.unsqueeze(query_mask, {-1}), boolean}, y.number(0));
  give_outputs(call, y.name, weights.name);
}

}  // namespace cornu::detail
