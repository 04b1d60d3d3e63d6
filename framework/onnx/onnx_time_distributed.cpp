// A layer that is called step by step: all steps are one batch, since in predict() no sample sees another.
#include <fmt/core.h>

#include <cornu/framework/layer/keras_masking.hpp>
#include <cornu/framework/onnx/onnx_layers.hpp>

namespace cornu::detail {

namespace {

// Of a shape in the graph, the extents from one place to another.
std::string extents(OnnxGraph& graph, const std::string& x, std::int64_t first, std::int64_t last) {
  return graph.add("Slice", {graph.add("Shape", {x}), graph.integers({first}), graph.integers({last})});
}

std::string reshaped(OnnxGraph& graph, const std::string& x, const OnnxNames& extents) {
  return graph.add("Reshape", {x, graph.add("Concat", extents, {{"axis", std::int64_t{0}}})});
}

void require_no_mask(const OnnxCall& call, const LayerBase& inner) {
  if (call.inputs[0].mask.empty() || inner.class_name() == "BatchNormalization" || !keras_masking(inner).takes_mask)
    return;
  throw ValueError("export_onnx", fmt::format("a mask within each step has no words; got one for {}; put "
                                              "layers::DropMask() in front if the padding may count",
                                              inner.class_name()));
}

}  // namespace

void onnx_time_distributed(OnnxCall& call) {
  constexpr std::int64_t all = 8;  // more axes than there are
  OnnxGraph& graph = call.graph;
  const LayerBase& inner = *call.layer.sublayers().at(0).second;
  require_no_mask(call, inner);
  const OnnxValue& x = call.inputs[0];
  const Shape in = x.shape.removed(1).with(0, None), out = call.outputs[0].shape.removed(1).with(0, None);
  const std::string steps = reshaped(graph, x.name, {graph.integers({-1}), extents(graph, x.name, 2, all)});
  OnnxCall made{graph, inner, inner.get_config(), {{steps, in, x.dtype}}, {{"", out, call.outputs[0].dtype}}};
  onnx_exporter_of(inner.class_name())(made);
  const std::string& y = made.outputs[0].name;
  call.give(reshaped(graph, y, {extents(graph, x.name, 0, 2), extents(graph, y, 1, all)}));
}

}  // namespace cornu::detail
