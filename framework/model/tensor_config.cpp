#include <cornu/framework/model/tensor_config.hpp>

#include <cornu/framework/layer/layer_call.hpp>

namespace cornu::detail {

const UnderMask* under_mask(const SymbolicTensor& tensor) {
  return dynamic_cast<const UnderMask*>(tensor.body().call->layer.get());
}

namespace {

bool is_mask_change(const SymbolicTensor& tensor) {
  return dynamic_cast<const MaskChange*>(tensor.body().call->layer.get());
}

}  // namespace

SymbolicTensor bare(const Graph& graph, SymbolicTensor tensor) {
  tensor = graph.resolved(tensor);
  while (is_mask_change(tensor)) tensor = graph.resolved(tensor.body().call->inputs[0]);
  return tensor;
}

Config history_of(const Graph& graph, const SymbolicTensor& tensor) {
  const SymbolicTensor source = bare(graph, tensor);
  const SymbolicBody& body = source.body();
  return Config::list({body.call->layer->name(), static_cast<std::int64_t>(graph.call_of(source)),
                       static_cast<std::int64_t>(body.index)});
}

Config tensor_config(const Shape& shape, DType dtype, Config history) {
  return Config::object(
      {{"class_name", "__keras_tensor__"},
       {"config",
        Config::object({{"shape", shape}, {"dtype", Config(dtype)}, {"keras_history", std::move(history)}})}});
}

Config tensor_config(const Graph& graph, const SymbolicTensor& tensor) {
  return tensor_config(tensor.shape(), tensor.dtype(), history_of(graph, tensor));
}

}  // namespace cornu::detail
