#include <cornu/framework/model/model_config.hpp>

#include <set>
#include <utility>
#include <vector>

#include <cornu/framework/base/class_name.hpp>
#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/layer/input_layer.hpp>
#include <cornu/framework/layer/keras_call.hpp>
#include <cornu/framework/layer/keras_masking.hpp>
#include <cornu/framework/layer/layer_call.hpp>
#include <cornu/framework/layer/mask_change.hpp>
#include <cornu/framework/layer/operation.hpp>
#include <cornu/framework/model/graph.hpp>
#include <cornu/framework/model/mask_nodes.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/model/tensor_config.hpp>

namespace cornu {

using detail::Graph;

namespace {

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

// The inputs of a call that takes one tensor, or a list, and further ones under one keyword.
void add_inputs(const Graph& graph, const detail::LayerCall& call, std::vector<Config>& args, Config& kwargs) {
  const std::string_view keyword = call.layer->keyword_of_further_inputs();
  std::vector<Config> first, further;
  for (const SymbolicTensor& input : call.inputs)
    (keyword.empty() || first.empty() ? first : further).push_back(detail::tensor_config(graph, input));
  args.push_back(one_or_list(std::move(first)));
  if (!further.empty()) kwargs.set(std::string(keyword), one_or_list(std::move(further)));
}

// Those of a call that takes them one by one. A key that is the value is left out in front of a mask of attention.
void add_named_inputs(const Graph& graph, const detail::LayerCall& call, std::vector<Config>& args, Config& kwargs) {
  const std::span<const std::string_view> names = detail::keras_input_names(*call.layer);
  const SymbolicTensors& inputs = call.inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (names[i] == detail::attention_mask_name)
      kwargs.set(std::string(names[i]), detail::tensor_config(graph, inputs[i]));
    else if (i != 2 || inputs.size() == 3 || !(inputs[2] == inputs[1]))
      args.push_back(detail::tensor_config(graph, inputs[i]));
  }
}

Config node_of(const Graph& graph, const detail::LayerCall& call, detail::MaskNodes& masks) {
  std::vector<Config> args;
  Config kwargs = Config::object();
  (detail::keras_input_names(*call.layer).empty() ? add_inputs : add_named_inputs)(graph, call, args, kwargs);
  if (call.arguments.reverse) kwargs.set("reverse", true);
  kwargs.merge(masks.keywords_of(call));
  if (call.arguments.return_attention_scores) kwargs.set("return_attention_scores", true);
  if (call.arguments.use_causal_mask) kwargs.set("use_causal_mask", true);
  return Config::object({{"args", Config::list(std::move(args))}, {"kwargs", std::move(kwargs)}});
}

Config node_of_operation(const Graph& graph, const detail::LayerCall& call, const detail::Operation& operation) {
  std::vector<Config> arguments;
  std::size_t next = 0;
  for (const detail::OperationArgument& argument : operation.arguments())
    arguments.push_back(argument.number ? Config(*argument.number) : detail::tensor_config(graph, call.inputs[next++]));
  if (operation.takes_list()) arguments = {Config::list(std::move(arguments))};
  return Config::object({{"args", Config::list(std::move(arguments))}, {"kwargs", Config::object()}});
}

Config inbound_nodes(const Graph& graph, const LayerBase& layer, detail::MaskNodes& masks) {
  const auto* operation = dynamic_cast<const detail::Operation*>(&layer);
  std::vector<Config> nodes;
  for (const detail::LayerCall* call : graph.calls_of(layer))
    if (!call->inputs.empty())
      nodes.push_back(operation ? node_of_operation(graph, *call, *operation) : node_of(graph, *call, masks));
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

// Each with its calls, and behind it the ops that make masks of what it gives.
Config layers_of(const Model& model, const Graph& graph) {
  detail::MaskNodes masks(graph);
  std::vector<std::pair<const LayerBase*, Config>> layers;
  for (const auto& layer : model.layers())
    if (!dynamic_cast<const detail::MaskChange*>(layer.get()))
      layers.emplace_back(
          layer.get(),
          object_of(*layer).set("name", layer->name()).set("inbound_nodes", inbound_nodes(graph, *layer, masks)));
  std::vector<Config> entries;
  for (auto& [layer, entry] : layers) {
    entries.push_back(std::move(entry));
    for (Config& operation : masks.entries_after(*layer)) entries.push_back(std::move(operation));
  }
  return Config::list(std::move(entries));
}

Config functional_config(const Model& model, const Graph& graph) {
  const auto history = [&](const SymbolicTensor& tensor) { return detail::history_of(graph, tensor); };
  return Config::object({{"name", name_of(model)},
                         {"trainable", model.trainable()},
                         {"layers", layers_of(model, graph)},
                         {"input_layers", each(graph.inputs(), history)},
                         {"output_layers", each(graph.outputs(), history)}});
}

// Whether a layer joins its inputs, and what it gives is under another mask than its own: that of Keras 2.
bool has_masks_of_keras2(const Model& model) {
  using Output = detail::KerasMasking::Output;
  std::set<const detail::LayerCall*> seen;
  const SymbolicTensors inputs = model.inputs(), outputs = model.outputs();
  for (const SymbolicTensor& input : inputs) seen.insert(input.body().call);
  std::vector<SymbolicTensor> to_see(outputs.begin(), outputs.end());
  while (!to_see.empty()) {
    const SymbolicTensor tensor = std::move(to_see.back());
    to_see.pop_back();
    const detail::LayerCall* const call = tensor.body().call;
    if (!seen.insert(call).second) continue;
    to_see.insert(to_see.end(), call->inputs.begin(), call->inputs.end());
    if (!dynamic_cast<const detail::UnderMaskOf*>(call->layer.get())) continue;
    const Output output = detail::keras_masking(*call->inputs[0].body().call->layer).output;
    if (output == Output::either || output == Output::joined) return true;
  }
  return false;
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
  Config object = Config::object({{"module", is_functional ? "keras.src.models.functional" : "keras"},
                                  {"class_name", is_functional ? "Functional" : "Sequential"},
                                  {"config", layer.get_config()},
                                  {"registered_name", is_functional ? Config("Functional") : Config()}});
  return is_functional && has_masks_of_keras2(*model) ? object.set("cornu_masks", "keras2") : object;
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
