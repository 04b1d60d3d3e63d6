// Nodes of keras.ops.
#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/layer/operation.hpp>
#include <cornu/framework/onnx/onnx_activations.hpp>
#include <cornu/framework/onnx/onnx_layers.hpp>

namespace cornu::detail {

namespace {

using Make = std::string (*)(OnnxCall& call, const OnnxNames& x);

// In the dtype of what comes out.
std::string in_own(OnnxCall& call, const std::string& x, std::size_t i = 0) {
  const DType from = call.inputs[i].dtype, to = call.outputs[0].dtype;
  return from == to ? x : call.graph.cast(x, to);
}
std::string number(OnnxCall& call, double value) { return call.graph.number(value, call.outputs[0].dtype); }

template <std::size_t N>
struct Word {
  char text[N];
  constexpr Word(const char (&given)[N]) { std::copy_n(given, N, text); }
};

// An op of ONNX by that name, on operands of the result's dtype; of one dtype; of bools.
template <Word op>
std::string plain(OnnxCall& call, const OnnxNames& x) {
  return call.graph.add(op.text, x);
}
template <Word op>
std::string floating(OnnxCall& call, const OnnxNames& x) {
  return call.graph.add(op.text, {in_own(call, x[0])});
}
template <Word op>
std::string activation(OnnxCall& call, const OnnxNames& x) {
  return onnx_activation(call.graph, Config(op.text), in_own(call, x[0]), call.outputs[0].dtype);
}

// x − ⌊x / y⌋ y
std::string modulo(OnnxCall& call, const OnnxNames& x) {
  if (!is_floating(call.outputs[0].dtype)) return call.graph.add("Mod", x);
  const std::string whole = call.graph.add("Floor", {call.graph.add("Div", x)});
  return call.graph.add("Sub", {x[0], call.graph.add("Mul", {whole, x[1]})});
}
std::string floor_divide(OnnxCall& call, const OnnxNames& x) {
  if (is_floating(call.outputs[0].dtype)) return call.graph.add("Floor", {call.graph.add("Div", x)});
  return call.graph.add("Div", {call.graph.add("Sub", {x[0], modulo(call, x)}), x[1]});
}
std::string not_equal(OnnxCall& call, const OnnxNames& x) {
  return call.graph.add("Not", {call.graph.add("Equal", x)});
}
std::string expm1(OnnxCall& call, const OnnxNames& x) {
  return call.graph.add("Sub", {floating<"Exp">(call, x), number(call, 1)});
}
std::string log1p(OnnxCall& call, const OnnxNames& x) {
  return call.graph.add("Log", {call.graph.add("Add", {in_own(call, x[0]), number(call, 1)})});
}
std::string rsqrt(OnnxCall& call, const OnnxNames& x) {
  return call.graph.add("Reciprocal", {floating<"Sqrt">(call, x)});
}
std::string square(OnnxCall& call, const OnnxNames& x) { return call.graph.add("Mul", {x[0], x[0]}); }

// ── reductions ──────────────────────────────────────────────────────────────────────────────────────────────────────

std::vector<std::int64_t> axes_of(const OnnxCall& call) {
  const Config& given = call.config.contains("axis") ? call.config["axis"] : Config();
  std::vector<std::int64_t> axes;
  if (given.is_int()) axes.push_back(given.as_int());
  if (given.is_list())
    for (const Config& axis : given.as_list()) axes.push_back(axis.as_int());
  if (given.is_null())
    for (std::size_t axis = 0; axis < call.rank(); ++axis) axes.push_back(static_cast<std::int64_t>(axis));
  return axes;
}
bool keeps_dims(const OnnxCall& call) {
  return call.config.contains("keepdims") && call.config["keepdims"].is_bool() && call.config["keepdims"].as_bool();
}
std::string reduced(OnnxCall& call, const char* op, const std::string& x, bool keepdims) {
  const std::vector<std::int64_t> axes = axes_of(call);
  if (std::string_view(op) == "ReduceSum")
    return call.graph.add(op, {x, call.graph.integers(axes)}, {{"keepdims", std::int64_t{keepdims}}});
  return call.graph.add(op, {x}, {{"axes", axes}, {"keepdims", std::int64_t{keepdims}}});
}
template <Word op>
std::string reduction(OnnxCall& call, const OnnxNames& x) {
  return reduced(call, op.text, in_own(call, x[0]), keeps_dims(call));
}
template <Word op>
std::string of_bools(OnnxCall& call, const OnnxNames& x) {
  const std::string is_true = call.graph.cast(call.graph.cast(x[0], boolean), int32);
  return call.graph.cast(reduced(call, op.text, is_true, keeps_dims(call)), boolean);
}
std::string variance(OnnxCall& call, const OnnxNames& x) {
  const std::string own = in_own(call, x[0]);
  const std::string off = call.graph.add("Sub", {own, reduced(call, "ReduceMean", own, true)});
  return reduced(call, "ReduceMean", call.graph.add("Mul", {off, off}), keeps_dims(call));
}
std::string deviation(OnnxCall& call, const OnnxNames& x) { return call.graph.add("Sqrt", {variance(call, x)}); }

// ── along an axis ───────────────────────────────────────────────────────────────────────────────────────────────────

std::int64_t axis_of(const OnnxCall& call, std::int64_t fallback) {
  return call.config.contains("axis") && call.config["axis"].is_int() ? call.config["axis"].as_int() : fallback;
}
template <Word op>
std::string along_axis(OnnxCall& call, const OnnxNames& x) {
  return call.graph.add(op.text, {in_own(call, x[0])}, {{"axis", axis_of(call, -1)}});
}
std::string cumsum(OnnxCall& call, const OnnxNames& x) {
  return call.graph.add("CumSum", {in_own(call, x[0]), call.graph.weight(Tensor(axis_of(call, -1)))});
}
std::string expand_dims(OnnxCall& call, const OnnxNames& x) { return call.graph.unsqueeze(x[0], {axis_of(call, -1)}); }
std::string flip(OnnxCall& call, const OnnxNames& x) { return call.graph.flip(x[0], axis_of(call, -1)); }
std::string concatenate(OnnxCall& call, const OnnxNames& x) {
  OnnxNames all;
  for (std::size_t i = 0; i < x.size(); ++i) all.push_back(in_own(call, x[i], i));
  return call.graph.add("Concat", all, {{"axis", axis_of(call, -1)}});
}
std::string stack(OnnxCall& call, const OnnxNames& x) {
  const std::int64_t axis = axis_of(call, 0);
  OnnxNames all;
  for (std::size_t i = 0; i < x.size(); ++i) all.push_back(call.graph.unsqueeze(in_own(call, x[i], i), {axis}));
  return call.graph.add("Concat", all, {{"axis", axis}});
}

struct Row {
  std::string_view name;
  Make make;
};

constexpr Row table[] = {
    {"Absolute", plain<"Abs">},
    {"Add", plain<"Add">},
    {"All", of_bools<"ReduceMin">},
    {"Amax", reduction<"ReduceMax">},
    {"Amin", reduction<"ReduceMin">},
    {"Any", of_bools<"ReduceMax">},
    {"Ceil", floating<"Ceil">},
    {"Concatenate", concatenate},
    {"Cos", floating<"Cos">},
    {"Cumsum", cumsum},
    {"Divide", plain<"Div">},
    {"Equal", plain<"Equal">},
    {"Erf", floating<"Erf">},
    {"Exp", floating<"Exp">},
    {"ExpandDims", expand_dims},
    {"Expm1", expm1},
    {"Flip", flip},
    {"Floor", floating<"Floor">},
    {"FloorDivide", floor_divide},
    {"Greater", plain<"Greater">},
    {"GreaterEqual", plain<"GreaterOrEqual">},
    {"Less", plain<"Less">},
    {"LessEqual", plain<"LessOrEqual">},
    {"Log", floating<"Log">},
    {"Log1p", log1p},
    {"LogSoftmax", along_axis<"LogSoftmax">},
    {"LogicalAnd", plain<"And">},
    {"LogicalNot", plain<"Not">},
    {"LogicalOr", plain<"Or">},
    {"Logsumexp", reduction<"ReduceLogSumExp">},
    {"Matmul", plain<"MatMul">},
    {"Max", reduction<"ReduceMax">},
    {"Maximum", plain<"Max">},
    {"Mean", reduction<"ReduceMean">},
    {"Min", reduction<"ReduceMin">},
    {"Minimum", plain<"Min">},
    {"Mod", modulo},
    {"Multiply", plain<"Mul">},
    {"Negative", plain<"Neg">},
    {"NotEqual", not_equal},
    {"Power", plain<"Pow">},
    {"Prod", reduction<"ReduceProd">},
    {"Reciprocal", floating<"Reciprocal">},
    {"Relu", activation<"relu">},
    {"Relu6", activation<"relu6">},
    {"Rsqrt", rsqrt},
    {"Sigmoid", activation<"sigmoid">},
    {"Sign", plain<"Sign">},
    {"Silu", activation<"silu">},
    {"Sin", floating<"Sin">},
    {"Softmax", along_axis<"Softmax">},
    {"Softplus", activation<"softplus">},
    {"Sqrt", floating<"Sqrt">},
    {"Square", square},
    {"Stack", stack},
    {"Std", deviation},
    {"Subtract", plain<"Sub">},
    {"Sum", reduction<"ReduceSum">},
    {"Tanh", activation<"tanh">},
    {"TrueDivide", plain<"Div">},
    {"Var", variance},
};

// Operands of two dtypes are brought to the wider one, as they are where they compute here; so is a number.
DType common_dtype(const OnnxCall& call, std::string_view name) {
  if (name == "LogicalAnd" || name == "LogicalOr") return boolean;
  DType common = call.inputs[0].dtype;
  for (const OnnxValue& input : call.inputs)
    if (is_floating(input.dtype) > is_floating(common) ||
        (is_floating(input.dtype) == is_floating(common) && size_of(input.dtype) > size_of(common)))
      common = input.dtype;
  return (name == "Divide" || name == "TrueDivide") && !is_floating(common) ? call.outputs[0].dtype : common;
}

OnnxNames operands_of(OnnxCall& call, const Operation& operation) {
  const bool is_binary = operation.arguments().size() == 2 && !operation.takes_list();
  const DType dtype = common_dtype(call, operation.class_name());
  OnnxNames operands;
  std::size_t next = 0;
  for (const OperationArgument& argument : operation.arguments()) {
    if (argument.number) {
      operands.push_back(call.graph.number(*argument.number, dtype));
      continue;
    }
    const OnnxValue& input = call.inputs[next++];
    operands.push_back(is_binary && input.dtype != dtype ? call.graph.cast(input.name, dtype) : input.name);
  }
  return operands;
}

}  // namespace

void onnx_operation(OnnxCall& call) {
  const auto& operation = dynamic_cast<const Operation&>(call.layer);
  const std::string name = operation.class_name();
  const auto found = std::find_if(std::begin(table), std::end(table), [&](const Row& row) { return row.name == name; });
  if (found == std::end(table))
    throw ValueError("export_onnx", fmt::format("the op has no words in ONNX; got keras.ops {}", name));
  call.outputs[0].name = found->make(call, operands_of(call, operation));
}

}  // namespace cornu::detail
