#include <cornu/framework/model/model_config.hpp>

#include <cornu/framework/base/class_name.hpp>
#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/layer/input_layer.hpp>
#include <cornu/framework/layer/operation.hpp>
#include <cornu/framework/model/graph.hpp>
#include <cornu/framework/model/sequential.hpp>

namespace cornu {

using detail::Graph;

namespace {

const detail::UnderMask* under_mask(const SymbolicTensor& tensor) {
  return dynamic_cast<const detail::UnderMask*>(tensor.body().call->layer.get());
}

// The tensor without the masks that calls put it under.
SymbolicTensor bare(const Graph& graph, SymbolicTensor tensor) {
  tensor = graph.resolved(tensor);
  while (under_mask(tensor)) tensor = graph.resolved(tensor.body().call->inputs[0]);
  return tensor;
}

// ["embedding", 1, 0] is the first output of the embedding's second call.
Config history_of(const Graph& graph, const SymbolicTensor& tensor) {
  const SymbolicTensor source = bare(graph, tensor);
  const detail::SymbolicBody& body = source.body();
  return Config::list({body.call->layer->name(), static_cast<std::int64_t>(graph.call_of(source)),
                       static_cast<std::int64_t>(body.index)});
}

Config config_of(const Graph& graph, const SymbolicTensor& tensor) {
  return Config::object({{"class_name", "__keras_tensor__"},
                         {"config", Config::object({{"shape", tensor.shape()},
                                                    {"dtype", Config(tensor.dtype())},
                                                    {"keras_history", history_of(graph, tensor)}})}});
}

// One of them as it is, several as a list.
Config one_or_list(std::vector<Config> configs) {
  return configs.size() == 1 ? std::move(configs[0]) : Config::list(std::move(configs));
}

template <class F>
Config each(const SymbolicTensors& tensors, F config) {
  std::vector<Config> configs;
  for (const SymbolicTensor& tensor : tensors) configs.push_back(config(tensor));
  return one_or_list(std::move(configs));
}

// The masks that a call names: of each input, null where none is named.
Config masks_of(const Graph& graph, const SymbolicTensors& inputs) {
  bool any = false;
  std::vector<Config> masks;
  for (const SymbolicTensor& input : inputs) {
    const SymbolicTensor& tensor = graph.resolved(input);
    const bool is_under = under_mask(tensor) != nullptr;
    masks.push_back(is_under ? config_of(graph, tensor.body().call->inputs[1]) : Config());
    any = any || is_under;
  }
  return any ? one_or_list(std::move(masks)) : Config();
}

Config node_of(const Graph& graph, const detail::LayerCall& call) {
  const std::string_view keyword = call.layer->keyword_of_further_inputs();
  std::vector<Config> first, further;
  for (const SymbolicTensor& input : call.inputs)
    (keyword.empty() || first.empty() ? first : further).push_back(config_of(graph, input));
  Config kwargs = Config::object();
  if (!further.empty()) kwargs.set(std::string(keyword), one_or_list(std::move(further)));
  if (Config masks = masks_of(graph, call.inputs); !masks.is_null()) kwargs.set("mask", std::move(masks));
  return Config::object({{"args", Config::list({one_or_list(std::move(first))})}, {"kwargs", std::move(kwargs)}});
}

Config node_of_operation(const Graph& graph, const detail::LayerCall& call, const detail::Operation& operation) {
  std::vector<Config> arguments;
  std::size_t next = 0;
  for (const detail::OperationArgument& argument : operation.arguments())
    arguments.push_back(argument.number ? Config(*argument.number) : config_of(graph, call.inputs[next++]));
  if (operation.takes_list()) arguments = {Config::list(std::move(arguments))};
  return Config::object({{"args", Config::list(std::move(arguments))}, {"kwargs", Config::object()}});
}

Config inbound_nodes(const Graph& graph, const LayerBase& layer) {
  const auto* operation = dynamic_cast<const detail::Operation*>(&layer);
  std::vector<Config> nodes;
  for (const detail::LayerCall* call : graph.calls_of(layer))
    if (!call->inputs.empty())
      nodes.push_back(operation ? node_of_operation(graph, *call, *operation) : node_of(graph, *call));
  return Config::list(std::move(nodes));
}

Config object_of(const LayerBase& layer) {
  const auto* operation = dynamic_cast<const detail::Operation*>(&layer);
  if (!operation) return detail::layer_or_model_to_config(layer);
  return Config::object({{"module", std::string(operation->module())},
                         {"class_name", operation->class_name()},
                         {"config", operation->get_config()},
                         {"registered_name", operation->class_name()}});
}

// A model without a name is called by its class, as in Keras.
std::string name_of(const Model& model) {
  return model.name().empty() ? to_snake_case(model.class_name()) : model.name();
}

Config functional_config(const Model& model, const Graph& graph) {
  std::vector<Config> layers;
  for (const auto& layer : model.layers())
    if (!dynamic_cast<const detail::UnderMask*>(layer.get()))
      layers.push_back(object_of(*layer).set("name", layer->name()).set("inbound_nodes", inbound_nodes(graph, *layer)));
  const auto history = [&](const SymbolicTensor& tensor) { return history_of(graph, tensor); };
  return Config::object({{"name", name_of(model)},
                         {"trainable", model.trainable()},
                         {"layers", Config::list(std::move(layers))},
                         {"input_layers", each(graph.inputs(), history)},
                         {"output_layers", each(graph.outputs(), history)}});
}

// Keras's Sequential begins with an input layer, whether the user gave one or not.
Config input_layer_config(const Shape& batch_shape, DType dtype) {
  return layer_to_config(detail::InputLayer({.shape = batch_shape.removed(0), .dtype = dtype, .name = "input_layer"}));
}

}  // namespace

Config detail::layer_or_model_to_config(const LayerBase& layer) {
  const auto* model = dynamic_cast<const Model*>(&layer);
  const bool is_functional = model && !model->inputs().empty(), is_sequential = dynamic_cast<const Sequential*>(&layer);
  if (!is_functional && !is_sequential) return layer_to_config(layer);
  return Config::object({{"module", is_functional ? "keras.src.models.functional" : "keras"},
                         {"class_name", is_functional ? "Functional" : "Sequential"},
                         {"config", layer.get_config()},
                         {"registered_name", is_functional ? Config("Functional") : Config()}});
}

Config Model::get_config() const {
  if (graph_) return functional_config(*this, *graph_);
  std::vector<Config> layers;
  if (input_shape_)
    layers.push_back(input_layer_ ? layer_to_config(*input_layer_)
                                  : input_layer_config(*input_shape_, expected_input_dtype()));
  const Config shape = input_shape_ ? layers[0]["config"]["batch_shape"] : Config();
  for (const auto& layer : layers_) layers.push_back(object_of(*layer));
  Config config = LayerBase::get_config();
  config.set("name", name_of(*this)).set("layers", Config::list(std::move(layers)));
  if (input_shape_) config.set("build_input_shape", shape);
  return config;
}

}  // namespace cornu
