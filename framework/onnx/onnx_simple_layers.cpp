// Layers of one input without a loop.
#include <fmt/core.h>

#include <cmath>
#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/onnx/onnx_activations.hpp>
#include <cornu/framework/onnx/onnx_layers.hpp>
#include <cornu/framework/onnx/onnx_term.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::detail {

namespace {

std::string reduced(OnnxGraph& graph, const std::string& x, const std::vector<std::int64_t>& axes, bool keepdims) {
  return graph.add("ReduceSum", {x, graph.integers(axes)}, {{"keepdims", std::int64_t{keepdims}}});
}

// Bool ids are 0 and 1, floating ones are truncated.
std::string ids_of(OnnxCall& call) {
  const OnnxValue& ids = call.inputs[0];
  return is_integer(ids.dtype) ? ids.name : call.graph.cast(ids.name, int64);
}

// Rows whose norm is above max_norm are scaled before they are looked up.
Tensor table_of(const OnnxCall& call) {
  const Tensor table = call.layer.get_weights()[0];
  const Config& beside = call.config.contains("cornu") ? call.config["cornu"] : call.config;
  const Config& max_norm = beside["max_norm"];
  if (max_norm.is_null()) return table;
  const Config& given = beside["norm_type"];
  const double most = max_norm.as_double(), p = given.is_null() ? 2 : given.as_double();
  const Tensor size = ops::abs(table);
  const auto to = [](const Tensor& x, double exponent) { return ops::power(x, Tensor(exponent).astype(x.dtype())); };
  const Tensor norms = std::isinf(p) ? ops::max(size, {.axis = 1, .keepdims = true})
                                     : to(ops::sum(to(size, p), {.axis = 1, .keepdims = true}), 1 / p);
  return ops::where(ops::greater(norms, Tensor(most).astype(norms.dtype())), table * (most / (norms + 1e-7)), table);
}

std::string looked_up(OnnxCall& call, const std::string& ids) {
  return call.graph.add("Gather", {call.graph.weight(table_of(call)), ids}, {{"axis", std::int64_t{0}}});
}

std::string transposed_back(OnnxCall& call, const std::string& x) {  // channels first → last
  std::vector<std::int64_t> order{0};
  for (std::size_t axis = 2; axis < call.rank(); ++axis) order.push_back(static_cast<std::int64_t>(axis));
  order.push_back(1);
  return call.graph.transpose(x, order);
}

}  // namespace

void onnx_identity(OnnxCall& call) {
  const OnnxValue& input = call.inputs[0];
  call.give(input.dtype == call.outputs[0].dtype ? input.name : call.x());
}

void onnx_drop_mask(OnnxCall& call) { call.outputs[0].name = call.inputs[0].name; }

void onnx_activation_layer(OnnxCall& call) {
  call.give(onnx_activation(call.graph, call.config["activation"], call.x(), call.layer.dtype()));
}

void onnx_dense(OnnxCall& call) {
  const std::vector<Tensor> weights = call.layer.get_weights();
  std::string y = call.graph.add("MatMul", {call.x(), call.graph.weight(weights[0])});
  if (weights.size() > 1) y = call.graph.add("Add", {y, call.graph.weight(weights[1])});
  call.give(onnx_activation(call.graph, call.config["activation"], y, call.layer.dtype()));
}

void onnx_einsum_dense(OnnxCall& call) {
  OnnxGraph& graph = call.graph;
  const OnnxNames operands{call.x(), graph.weight(*call.weight("kernel"))};
  std::string y = graph.add("Einsum", operands, {{"equation", call.config["equation"].as_string()}});
  if (const auto bias = call.weight("bias")) y = graph.add("Add", {y, graph.weight(*bias)});
  call.outputs[0].name = onnx_activation(graph, call.config["activation"], y, call.layer.dtype());
}

// A step counts if one of its features is not the value.
void onnx_masking(OnnxCall& call) {
  if (call.rank() != 3)
    throw ValueError("export_onnx", fmt::format("masks of ONNX graphs are (batch, steps); got an input {}; expected "
                                                "(batch, steps, features)",
                                                call.inputs[0].shape));
  OnnxGraph& graph = call.graph;
  const std::string &x = call.inputs[0].name,
                    value = graph.number(call.config["mask_value"].as_double(), call.inputs[0].dtype);
  const std::string others = graph.cast(graph.add("Not", {graph.add("Equal", {x, value})}), int32);
  const std::string any = graph.cast(
      graph.add("ReduceMax", {others}, {{"axes", std::vector<std::int64_t>{2}}, {"keepdims", std::int64_t{1}}}),
      boolean);
  call.outputs[0].name = graph.add("Where", {any, x, graph.number(0, call.inputs[0].dtype)});
  call.outputs[0].mask = graph.squeeze(any, {2});
}

void onnx_embedding(OnnxCall& call) {
  const std::string ids = ids_of(call);
  call.outputs[0].name = looked_up(call, ids);
  if (call.config["mask_zero"].is_bool() && call.config["mask_zero"].as_bool())
    call.outputs[0].mask = call.graph.cast(call.inputs[0].name, boolean);
}

// y = x · Wᵀ; with a soft cap c, c · tanh(y / c)
void onnx_reversible_embedding(OnnxCall& call) {
  if (!call.arguments.reverse) return onnx_embedding(call);
  const DType dtype = call.outputs[0].dtype;
  const std::optional<Tensor> own = call.weight("reverse_embeddings");
  const Tensor kernel = own ? *own : ops::transpose(*call.weight("embeddings"));
  const std::string x =
      call.inputs[0].dtype == dtype ? call.inputs[0].name : call.graph.cast(call.inputs[0].name, dtype);
  const std::string y = call.graph.add("MatMul", {x, call.graph.weight(kernel.astype(dtype))});
  const OnnxTerm scores{&call.graph, y, dtype};
  const Config& cap = call.config["logit_soft_cap"];
  call.outputs[0].name = cap.is_null() ? y : ((scores / cap.as_double()).of("Tanh") * cap.as_double()).name;
}

// Of a bag without ids 0, whatever the mode.
void onnx_embedding_bag(OnnxCall& call) {
  OnnxGraph& graph = call.graph;
  const DType dtype = call.layer.dtype();
  const std::string ids = ids_of(call), rows = looked_up(call, ids), mode = call.config["mode"].as_string();
  const Config& padding = call.config["padding_idx"];
  const DType ids_dtype = is_integer(call.inputs[0].dtype) ? call.inputs[0].dtype : int64;
  const std::string padding_id =
      graph.number(padding.is_null() ? -1.0 : static_cast<double>(padding.as_int()), ids_dtype);
  const std::string valid = graph.unsqueeze(graph.add("Not", {graph.add("Equal", {ids, padding_id})}), {2});
  const std::string counts = graph.cast(valid, dtype);
  const std::string zero = graph.number(0, dtype);
  if (mode == "max") {
    const std::string lowest = graph.number(-std::numeric_limits<double>::infinity(), dtype);
    const std::string most = graph.add("ReduceMax", {graph.add("Where", {valid, rows, lowest})},
                                       {{"axes", std::vector<std::int64_t>{1}}, {"keepdims", std::int64_t{0}}});
    const std::string any = graph.add("Greater", {reduced(graph, counts, {1}, false), zero});
    call.outputs[0].name = graph.add("Where", {any, most, zero});
    return;
  }
  const std::string sum = reduced(graph, graph.add("Where", {valid, rows, zero}), {1}, false);
  const std::string count = graph.add("Max", {reduced(graph, counts, {1}, false), graph.number(1, dtype)});
  call.outputs[0].name = mode == "sum" ? sum : graph.add("Div", {sum, count});
}

void onnx_embedding_dot(OnnxCall& call) {
  const std::string rows = looked_up(call, ids_of(call));
  const std::string vectors = call.graph.unsqueeze(call.x(1), {2});
  call.outputs[0].name = call.graph.squeeze(call.graph.add("MatMul", {rows, vectors}), {2});
}

void onnx_flatten(OnnxCall& call) {
  const std::string x = call.is_channels_first() ? transposed_back(call, call.inputs[0].name) : call.inputs[0].name;
  call.outputs[0].name = call.rank() < 2 ? call.graph.unsqueeze(x, {1}) : call.graph.add("Flatten", {x});
}

// Extents may be known to the model and not to the runtime: the batch is what is left open.
void onnx_reshape(OnnxCall& call) {
  std::vector<std::int64_t> shape{0};
  for (const Config& extent : call.config["target_shape"].as_list())
    shape.push_back(extent.is_null() ? -1 : extent.as_int());
  call.outputs[0].name = call.graph.reshape(call.inputs[0].name, shape);
}

void onnx_global_average_pooling1d(OnnxCall& call) {
  OnnxGraph& graph = call.graph;
  const std::int64_t axis = call.is_channels_first() ? 2 : 1;
  const bool keepdims = call.config["keepdims"].as_bool();
  const std::string x = call.x(), &mask = call.inputs[0].mask;
  if (mask.empty()) {
    call.outputs[0].name =
        graph.add("ReduceMean", {x}, {{"axes", std::vector{axis}}, {"keepdims", std::int64_t{keepdims}}});
    return;
  }
  const DType dtype = call.layer.dtype();
  const std::string wide = graph.unsqueeze(mask, {axis == 1 ? 2 : 1});
  const std::string sum = reduced(graph, graph.add("Where", {wide, x, graph.number(0, dtype)}), {axis}, keepdims);
  const std::string count = reduced(graph, graph.cast(wide, dtype), {axis}, keepdims);
  call.outputs[0].name = graph.add("Div", {sum, graph.add("Max", {count, graph.number(1, dtype)})});
}

}  // namespace cornu::detail
