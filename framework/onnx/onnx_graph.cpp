#include <cornu/framework/onnx/onnx_graph.hpp>

#include <fmt/core.h>
#include <onnx/onnx_pb.h>

#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/tensor/storage.hpp>

namespace cornu::detail {

namespace {

std::int32_t element_type(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return ::onnx::TensorProto::FLOAT;
    case DType::float64:
      return ::onnx::TensorProto::DOUBLE;
    case DType::int32:
      return ::onnx::TensorProto::INT32;
    case DType::int64:
      return ::onnx::TensorProto::INT64;
    case DType::boolean:
      return ::onnx::TensorProto::BOOL;
  }
  throw ValueError("export_onnx", fmt::format("ONNX has no such dtype; got {}", name_of(dtype)));
}

// An extent that is open has a name: equal names would promise equal extents.
void describe(::onnx::ValueInfoProto& info, const std::string& name, const Shape& shape, DType dtype) {
  info.set_name(name);
  auto& type = *info.mutable_type()->mutable_tensor_type();
  type.set_elem_type(element_type(dtype));
  auto& extents = *type.mutable_shape();
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    if (shape[axis] != None)
      extents.add_dim()->set_dim_value(shape[axis]);
    else
      extents.add_dim()->set_dim_param(axis == 0 ? "batch" : fmt::format("{}_{}", name, axis));
}

struct SetAttribute {
  ::onnx::AttributeProto& attribute;

  void operator()(std::int64_t value) const {
    attribute.set_type(::onnx::AttributeProto::INT);
    attribute.set_i(value);
  }
  void operator()(double value) const {
    attribute.set_type(::onnx::AttributeProto::FLOAT);
    attribute.set_f(static_cast<float>(value));
  }
  void operator()(const std::string& value) const {
    attribute.set_type(::onnx::AttributeProto::STRING);
    attribute.set_s(value);
  }
  void operator()(const std::vector<std::int64_t>& values) const {
    attribute.set_type(::onnx::AttributeProto::INTS);
    for (const std::int64_t value : values) attribute.add_ints(value);
  }
  void operator()(const std::vector<std::string>& values) const {
    attribute.set_type(::onnx::AttributeProto::STRINGS);
    for (const std::string& value : values) attribute.add_strings(value);
  }
};

void add_attribute(::onnx::NodeProto& node, const OnnxAttribute& given) {
  ::onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(given.name);
  std::visit(SetAttribute{attribute}, given.value);
}

}  // namespace

void OnnxGraph::add_input(const std::string& name, const Shape& shape, DType dtype) {
  describe(*graph_.get().add_input(), name, shape, dtype);
}

void OnnxGraph::add_output(const std::string& name, const std::string& value, const Shape& shape, DType dtype) {
  add_node("Identity", {value}, {name});
  describe(*graph_.get().add_output(), name, shape, dtype);
}

std::string OnnxGraph::fresh(const std::string& kind) { return fmt::format("{}/{}_{}", scope_, kind, count_++); }

::onnx::NodeProto& OnnxGraph::add_node(const char* op, const OnnxNames& inputs, const OnnxNames& outputs) {
  ::onnx::NodeProto& node = *graph_.get().add_node();
  node.set_op_type(op);
  node.set_name(outputs[0]);
  for (const std::string& input : inputs) node.add_input(input);
  for (const std::string& output : outputs) node.add_output(output);
  return node;
}

OnnxNames OnnxGraph::add(const char* op, const OnnxNames& inputs, std::size_t outputs,
                         const OnnxAttributes& attributes) {
  OnnxNames names;
  for (std::size_t i = 0; i < outputs; ++i) names.push_back(fresh(op));
  ::onnx::NodeProto& node = add_node(op, inputs, names);
  for (const OnnxAttribute& attribute : attributes) add_attribute(node, attribute);
  return names;
}

std::string OnnxGraph::add(const char* op, const OnnxNames& inputs, const OnnxAttributes& attributes) {
  return add(op, inputs, 1, attributes)[0];
}

std::string OnnxGraph::weight(const Tensor& value) {
  ::onnx::TensorProto& tensor = *graph_.get().add_initializer();
  tensor.set_name(fresh("weight"));
  tensor.set_data_type(element_type(value.dtype()));
  for (const std::int64_t extent : value.shape()) tensor.add_dims(extent);
  tensor.set_raw_data(value.identity()->storage->bytes, value.nbytes());
  return tensor.name();
}

std::string OnnxGraph::integers(const std::vector<std::int64_t>& values) { return weight(Tensor(values)); }
std::string OnnxGraph::number(double value, DType dtype) { return weight(Tensor(value).astype(dtype)); }

std::string OnnxGraph::cast(const std::string& value, DType dtype) {
  return add("Cast", {value}, {{"to", std::int64_t{element_type(dtype)}}});
}
std::string OnnxGraph::transpose(const std::string& value, const std::vector<std::int64_t>& order) {
  return add("Transpose", {value}, {{"perm", order}});
}
std::string OnnxGraph::reshape(const std::string& value, const std::vector<std::int64_t>& shape) {
  return add("Reshape", {value, integers(shape)});
}
std::string OnnxGraph::unsqueeze(const std::string& value, const std::vector<std::int64_t>& axes) {
  return add("Unsqueeze", {value, integers(axes)});
}
std::string OnnxGraph::squeeze(const std::string& value, const std::vector<std::int64_t>& axes) {
  return add("Squeeze", {value, integers(axes)});
}
std::string OnnxGraph::flip(const std::string& value, std::int64_t axis) {
  constexpr std::int64_t in_front = std::numeric_limits<std::int64_t>::min() + 1;  // of the first element
  return add("Slice", {value, integers({-1}), integers({in_front}), integers({axis}), integers({-1})});
}

// Shapes and types of the body are left to inference.
std::pair<OnnxNames, std::string> OnnxGraph::scan(const OnnxNames& states, const OnnxNames& sequences, bool backwards,
                                                  const Step& body) {
  ::onnx::GraphProto inner;
  inner.set_name(fresh("step"));
  OnnxNames inner_states, steps, outer = states;
  for (std::size_t i = 0; i < states.size(); ++i) inner_states.push_back(fresh("state"));
  for (std::size_t i = 0; i < sequences.size(); ++i) steps.push_back(fresh("input"));
  for (const OnnxNames& names : {inner_states, steps})
    for (const std::string& name : names) inner.add_input()->set_name(name);

  const auto outside = std::exchange(graph_, std::ref(inner));
  auto [given, output] = body(inner_states, steps);
  for (std::string& name : given) name = add("Identity", {name});  // a state may come back as it is
  given.push_back(add("Identity", {output}));
  graph_ = outside;
  for (const std::string& name : given) inner.add_output()->set_name(name);

  outer.insert(outer.end(), sequences.begin(), sequences.end());
  OnnxNames results;
  for (std::size_t i = 0; i < given.size(); ++i) results.push_back(fresh("Scan"));
  ::onnx::NodeProto& node = add_node("Scan", outer, results);
  const std::vector<std::int64_t> directions(sequences.size(), backwards ? 1 : 0);
  add_attribute(node, {"num_scan_inputs", static_cast<std::int64_t>(sequences.size())});
  add_attribute(node, {"scan_input_directions", directions});
  ::onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name("body");
  attribute.set_type(::onnx::AttributeProto::GRAPH);
  *attribute.mutable_g() = std::move(inner);
  std::string sequence = std::move(results.back());
  results.pop_back();
  return {std::move(results), std::move(sequence)};
}

}  // namespace cornu::detail
