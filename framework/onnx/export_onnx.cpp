#include <cornu/framework/onnx/export_onnx.hpp>

#include <fmt/core.h>
#include <onnx/checker.h>
#include <onnx/onnx_pb.h>
#include <onnx/shape_inference/implementation.h>

#include <map>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/version.hpp>
#include <cornu/framework/layer/mask_change.hpp>
#include <cornu/framework/layer/operation.hpp>
#include <cornu/framework/model/graph.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/onnx/onnx_layers.hpp>
#include <cornu/framework/registry/config.hpp>

namespace cornu {

namespace {

using detail::LayerCall;
using detail::OnnxGraph;
using detail::OnnxValue;

constexpr int opset = 17, ir_version = 8;

// The layers of a Sequential as a graph, on the input that it was built for.
detail::Graph chain_of(const Model& model) {
  const Shape shape = model.input_shape().removed(0);
  const SymbolicTensor input = Input({.shape = shape, .dtype = model.expected_input_dtype()});
  SymbolicTensors x(input);
  for (const auto& layer : model.layers()) x = layer->all_outputs(x);
  return {SymbolicTensors(input), x};
}

detail::Graph graph_of(const Model& model) {
  if (model.inputs().empty()) return chain_of(model);
  return {model.inputs(), model.outputs()};
}

detail::OnnxExporter exporter_of(const LayerBase& layer) {
  if (dynamic_cast<const detail::Operation*>(&layer)) return detail::onnx_operation;
  if (dynamic_cast<const detail::MaskChange*>(&layer)) return nullptr;
  return detail::onnx_exporter_of(layer.class_name());
}

bool is_wrapper(const LayerBase& layer) {
  return layer.class_name() == "SpectralNormalization" || layer.class_name() == "TimeDistributed";
}

// Each layer that ONNX has no words for, by its place in the model.
void collect_unknown(const Model& model, const std::string& path, std::vector<std::string>& unknown) {
  for (const auto& layer : model.layers()) {
    const std::string place = path + layer->name();
    if (const auto* inner = dynamic_cast<const Model*>(layer.get()))
      collect_unknown(*inner, place + "/", unknown);
    else if (is_wrapper(*layer) && !exporter_of(*layer->sublayers().at(0).second))
      unknown.push_back(fmt::format("{} in '{}'", layer->sublayers()[0].second->class_name(), place));
    else if (layer->class_name() != "InputLayer" && !exporter_of(*layer))
      unknown.push_back(fmt::format("{} '{}'", layer->class_name(), place));
  }
}

void require_known(const Model& model) {
  std::vector<std::string> unknown;
  collect_unknown(model, "", unknown);
  if (unknown.empty()) return;
  std::string list;
  for (const std::string& one : unknown) list += fmt::format("\n  {}", one);
  throw ValueError("export_onnx", fmt::format("these layers have no words in ONNX:{}\nexport a model without them: "
                                              "what lies behind or before",
                                              list));
}

class Walk {
 public:
  explicit Walk(OnnxGraph& graph) : graph_(graph) {}

  std::vector<OnnxValue> run(const Model& model, const std::string& path, const std::vector<OnnxValue>& inputs) {
    const detail::Graph graph = graph_of(model);
    std::map<std::pair<const LayerCall*, std::size_t>, OnnxValue> values;
    for (std::size_t i = 0; i < inputs.size(); ++i) values[key(graph.inputs()[i])] = inputs[i];
    for (const auto& call : graph.calls()) {
      if (call->inputs.empty()) continue;
      std::vector<OnnxValue> given;
      for (const SymbolicTensor& input : call->inputs) given.push_back(values.at(key(graph.resolved(input))));
      const std::vector<OnnxValue> made = run(*call, path, std::move(given));
      for (std::size_t i = 0; i < made.size(); ++i) values[{call.get(), i}] = made[i];
    }
    std::vector<OnnxValue> outputs;
    for (const SymbolicTensor& output : graph.outputs()) outputs.push_back(values.at(key(graph.resolved(output))));
    return outputs;
  }

 private:
  static std::pair<const LayerCall*, std::size_t> key(const SymbolicTensor& tensor) {
    return {tensor.body().call, tensor.body().index};
  }

  std::vector<OnnxValue> run(const LayerCall& call, const std::string& path, std::vector<OnnxValue> inputs) {
    const LayerBase& layer = *call.layer;
    const std::string place = path + layer.name();
    if (const auto* inner = dynamic_cast<const Model*>(&layer)) return run(*inner, place + "/", inputs);
    graph_.set_scope(place);
    detail::OnnxCall made{graph_, layer, layer.get_config(), std::move(inputs), {}, call.arguments};
    for (const detail::SymbolicBody& output : call.outputs) made.outputs.push_back({"", output.shape, output.dtype});
    try {
      exporter_of(layer)(made);
    } catch (const ValueError& error) {
      throw ValueError("export_onnx", fmt::format("{} '{}': {}", layer.class_name(), place, error.what()));
    }
    return made.outputs;
  }

  OnnxGraph& graph_;
};

// Names of a graph's values are all different.
std::string unique(std::string name, std::map<std::string, int>& taken) {
  const int before = taken[name]++;
  return before == 0 ? name : unique(fmt::format("{}_{}", name, before), taken);
}

onnx::ModelProto as_proto(const Model& model, const OnnxOptions& options) {
  onnx::ModelProto proto;
  proto.set_ir_version(ir_version);
  proto.set_producer_name("cornu");
  proto.set_producer_version(CORNU_VERSION);
  onnx::OperatorSetIdProto& operators = *proto.add_opset_import();
  operators.set_domain("");
  operators.set_version(opset);
  onnx::GraphProto& inner = *proto.mutable_graph();
  inner.set_name(!options.graph_name.empty() ? options.graph_name : model.name().empty() ? "model" : model.name());

  const detail::Graph ends = graph_of(model);
  OnnxGraph graph(inner);
  std::map<std::string, int> taken;
  std::vector<OnnxValue> inputs;
  for (const SymbolicTensor& input : ends.inputs()) {
    const std::string name = unique(input.name().empty() ? "input_layer" : input.name(), taken);
    graph.add_input(name, input.shape(), input.dtype());
    inputs.push_back({name, input.shape(), input.dtype()});
  }
  const std::vector<OnnxValue> outputs = Walk(graph).run(model, "", inputs);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const SymbolicTensor& output = ends.outputs()[i];
    graph.add_output(unique(output.name().empty() ? "output" : output.name(), taken), outputs[i].name, output.shape(),
                     output.dtype());
  }
  return proto;
}

// Throws what the library says: then it is our fault, and no file is written.
void check(onnx::ModelProto proto) {
  onnx::checker::check_model(proto);
  const onnx::ShapeInferenceOptions strict{true, 1, true};
  onnx::shape_inference::InferShapes(proto, onnx::OpSchemaRegistry::Instance(), strict);
}

}  // namespace

void export_onnx(Model& model, const std::string& path, const OnnxOptions& options) {
  if (!model.built())
    throw StateError("export_onnx",
                     "the model is not built; expected build() or data before: its weights are made then");
  require_known(model);
  const onnx::ModelProto proto = as_proto(model, options);
  if (proto.ByteSizeLong() >= (std::size_t{1} << 31))
    throw ValueError("export_onnx", fmt::format("the graph does not fit in one ONNX file; got {} bytes; expected less "
                                                "than 2 GiB",
                                                proto.ByteSizeLong()));
  check(proto);
  write_whole_file(path, {proto.SerializeAsString()});
}

}  // namespace cornu
