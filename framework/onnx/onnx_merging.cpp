// Layers that join several inputs.
#include <algorithm>

#include <cornu/framework/onnx/onnx_layers.hpp>

namespace cornu::detail {

namespace {

struct Part {
  std::string x, valid;  // valid: its mask, as many axes as x; "" if it has none
};

// Axes of 1 behind the batch, up to the largest rank; inputs of several ranks lose their masks.
std::vector<Part> parts_of(const OnnxCall& call) {
  std::size_t most = 0;
  bool are_equal = true;
  for (const OnnxValue& input : call.inputs) {
    most = std::max(most, input.shape.rank());
    are_equal = are_equal && input.shape.rank() == call.rank();
  }
  std::vector<Part> parts;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    Part part{call.x(i), {}};
    const std::string& mask = call.inputs[i].mask;
    if (std::vector<std::int64_t> axes(most - call.rank(i)); !axes.empty()) {
      for (std::size_t k = 0; k < axes.size(); ++k) axes[k] = 1 + static_cast<std::int64_t>(k);
      part.x = call.graph.unsqueeze(part.x, axes);
    }
    if (are_equal && !mask.empty()) {
      std::vector<std::int64_t> axes;
      for (std::size_t axis = 2; axis < most; ++axis) axes.push_back(static_cast<std::int64_t>(axis));
      part.valid = axes.empty() ? mask : call.graph.unsqueeze(mask, axes);
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

std::string either(OnnxGraph& graph, const std::string& a, const std::string& b) {
  return a.empty() || b.empty() ? "" : graph.add("Or", {a, b});
}

// Of steps that count in one input alone, that one's.
std::string where_valid(OnnxGraph& graph, const char* op, const std::vector<Part>& parts) {
  Part merged = parts[0];
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const Part& part = parts[i];
    const std::string x = part.valid.empty() ? part.x : graph.add("Where", {part.valid, part.x, merged.x});
    const std::string before = merged.valid.empty() ? merged.x : graph.add("Where", {merged.valid, merged.x, x});
    merged = {graph.add(op, {before, x}), either(graph, merged.valid, part.valid)};
  }
  return merged.x;
}

// What does not count is 1; where nothing counts, as far as all have masks, 0.
std::string product(OnnxGraph& graph, const std::vector<Part>& parts, DType dtype) {
  std::string result, counts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Part& part = parts[i];
    const std::string x =
        part.valid.empty() ? part.x : graph.add("Where", {part.valid, part.x, graph.number(1, dtype)});
    result = i == 0 ? x : graph.add("Mul", {result, x});
    counts = i == 0 ? part.valid : either(graph, counts, part.valid);
  }
  return counts.empty() ? result : graph.add("Where", {counts, result, graph.number(0, dtype)});
}

std::string chained(OnnxGraph& graph, const char* op, const std::vector<Part>& parts) {
  std::string result = parts[0].x;
  for (std::size_t i = 1; i < parts.size(); ++i) result = graph.add(op, {result, parts[i].x});
  return result;
}

std::string merged(const OnnxCall& call, const std::vector<Part>& parts) {
  OnnxGraph& graph = call.graph;
  const std::string name = call.layer.class_name();
  if (name == "Add") return chained(graph, "Add", parts);
  if (name == "Subtract") return chained(graph, "Sub", parts);
  if (name == "Multiply") return product(graph, parts, call.layer.dtype());
  if (name == "Maximum") return where_valid(graph, "Max", parts);
  if (name == "Minimum") return where_valid(graph, "Min", parts);
  const std::string count = graph.number(static_cast<double>(parts.size()), call.layer.dtype());
  return graph.add("Div", {chained(graph, "Add", parts), count});
}

}  // namespace

void onnx_merge(OnnxCall& call) {
  call.outputs[0].name = merged(call, parts_of(call));
  std::string mask = call.inputs[0].mask;
  for (std::size_t i = 1; i < call.inputs.size(); ++i) mask = either(call.graph, mask, call.inputs[i].mask);
  call.outputs[0].mask = mask;
}

namespace {

// The mask as large as an input: true everywhere if there is none.
std::string as_large_as(const OnnxCall& call, std::size_t i) {
  OnnxGraph& graph = call.graph;
  const OnnxValue& input = call.inputs[i];
  const std::string shape = graph.add("Shape", {input.name});
  if (input.mask.empty()) return graph.add("Expand", {graph.weight(Tensor::ones({}, boolean)), shape});
  std::vector<std::int64_t> axes;
  for (std::size_t axis = 2; axis < input.shape.rank(); ++axis) axes.push_back(static_cast<std::int64_t>(axis));
  return graph.add("Expand", {axes.empty() ? input.mask : graph.unsqueeze(input.mask, axes), shape});
}

// A step counts if one of its elements does.
std::string joined_mask(const OnnxCall& call, std::int64_t axis) {
  OnnxNames wide;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) wide.push_back(call.graph.cast(as_large_as(call, i), int32));
  const std::string all = call.graph.add("Concat", wide, {{"axis", axis}});
  const std::vector<std::int64_t> last{static_cast<std::int64_t>(call.rank()) - 1};
  return call.graph.cast(call.graph.add("ReduceMax", {all}, {{"axes", last}, {"keepdims", std::int64_t{0}}}), boolean);
}

}  // namespace

void onnx_concatenate(OnnxCall& call) {
  const std::int64_t axis = call.config["axis"].as_int();
  OnnxNames all;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) all.push_back(call.x(i));
  call.outputs[0].name = call.graph.add("Concat", all, {{"axis", axis}});
  if (std::any_of(call.inputs.begin(), call.inputs.end(), [](const OnnxValue& value) { return !value.mask.empty(); }))
    call.outputs[0].mask = joined_mask(call, axis);
}

namespace {

// x / |x| along the axis, |x| at least 1e-7
std::string normalized(OnnxGraph& graph, const std::string& x, std::int64_t axis, DType dtype) {
  const std::string squares = graph.add("ReduceSum", {graph.add("Mul", {x, x}), graph.integers({axis})});
  return graph.add("Div", {x, graph.add("Sqrt", {graph.add("Max", {squares, graph.number(1e-14, dtype)})})});
}

// The axis last, and the others but the batch as one before it: (batch, others, extent).
std::string as_matrices(OnnxGraph& graph, const std::string& x, std::size_t rank, std::int64_t axis,
                        std::int64_t extent) {
  std::vector<std::int64_t> order;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(rank); ++i)
    if (i != axis) order.push_back(i);
  order.push_back(axis);
  return graph.reshape(graph.transpose(x, order), {0, -1, extent});
}

std::int64_t axis_of(const OnnxCall& call, std::size_t side) {
  const Config& axes = call.config["axes"];
  const std::int64_t axis = axes.is_list() ? axes.as_list()[side].as_int() : axes.as_int();
  return axis < 0 ? axis + static_cast<std::int64_t>(call.rank(side)) : axis;
}

// The extents of the product: of those that are open, one, -1 cannot stand for two.
std::string product_shape(const OnnxCall& call, const std::int64_t (&axes)[2]) {
  OnnxGraph& graph = call.graph;
  OnnxNames extents;
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    const std::string shape = graph.add("Shape", {call.inputs[side].name});
    std::vector<std::int64_t> kept;
    for (std::int64_t axis = static_cast<std::int64_t>(side); axis < static_cast<std::int64_t>(call.rank(side)); ++axis)
      if (axis != axes[side]) kept.push_back(axis);
    if (!kept.empty()) extents.push_back(graph.add("Gather", {shape, graph.integers(kept)}));
  }
  if (call.outputs[0].shape.rank() == 2 && call.rank(0) == 2 && call.rank(1) == 2)
    extents.push_back(graph.integers({1}));
  return graph.add("Concat", extents, {{"axis", std::int64_t{0}}});
}

}  // namespace

void onnx_dot(OnnxCall& call) {
  OnnxGraph& graph = call.graph;
  const std::int64_t axes[2] = {axis_of(call, 0), axis_of(call, 1)};
  const DType dtype = call.layer.dtype();
  std::string sides[2];
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    const Shape& shape = call.inputs[side].shape;
    std::string x = call.x(side);
    if (call.config["normalize"].as_bool()) x = normalized(graph, x, axes[side], dtype);
    const std::int64_t extent = shape[static_cast<std::size_t>(axes[side])];
    if (extent == None)
      throw ValueError("export_onnx", "the axis of a Dot is open; got extent None; expected a number");
    sides[side] = as_matrices(graph, x, shape.rank(), axes[side], extent);
  }
  const std::string product = graph.add("MatMul", {sides[0], graph.transpose(sides[1], {0, 2, 1})});
  call.outputs[0].name = graph.add("Reshape", {product, product_shape(call, axes)});
}

}  // namespace cornu::detail
