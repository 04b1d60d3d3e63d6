#include <cornu/framework/model/mask_nodes.hpp>

#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/base/class_name.hpp>
#include <cornu/framework/layer/keras_masking.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/model/tensor_config.hpp>

namespace cornu::detail {

namespace {

// A model's call takes a mask in Keras, and the model is not said to hand one on.
KerasMasking masking_of(const LayerBase& layer) {
  return dynamic_cast<const Model*>(&layer) ? KerasMasking{.takes_mask = true} : keras_masking(layer);
}

// What Keras gives to a call as its first argument, whose masks are the call's.
SymbolicTensors first_argument(const LayerCall& call) {
  return call.layer->keyword_of_further_inputs().empty() ? call.inputs : SymbolicTensors(call.inputs[0]);
}

bool any_of(const std::vector<Config>& masks) {
  return std::any_of(masks.begin(), masks.end(), [](const Config& mask) { return !mask.is_null(); });
}

}  // namespace

MaskNodes::MaskNodes(const Graph& graph) : graph_(graph) {
  for (const auto& layer : graph.layers()) names_.insert(layer->name());
  for (const auto& call : graph.calls()) add_outputs(*call);
}

void MaskNodes::add_outputs(const LayerCall& call) {
  const bool has_any = std::any_of(call.outputs.begin(), call.outputs.end(),
                                   [](const SymbolicBody& output) { return output.mask.has_value(); });
  if (!has_any || call.inputs.empty()) return;
  const Config mask = output_of(call);
  for (std::size_t i = 0; i < call.outputs.size(); ++i)
    if (call.outputs[i].mask) masks_.insert({{&call, i}, mask});
}

Config MaskNodes::output_of(const LayerCall& call) {
  if (dynamic_cast<const UnderMask*>(call.layer.get())) return tensor_config(graph_, call.inputs[1]);
  const KerasMasking::Output kind = masking_of(*call.layer).output;
  if (kind == KerasMasking::Output::non_zero) return non_zero(call);
  if (kind == KerasMasking::Output::unknown || !all_known(first_argument(call))) return {};
  if (kind == KerasMasking::Output::either) return either(call);
  if (kind == KerasMasking::Output::joined) return joined(call);
  const Config* passed = mask_of(call.inputs[0]);
  return passed ? *passed : Config();
}

Config MaskNodes::non_zero(const LayerCall& call) {
  return add(call, "NotEqual", call.inputs[0].shape(), {tensor_config(graph_, call.inputs[0]), 0});
}

Config MaskNodes::either(const LayerCall& call) {
  Config any;
  for (const SymbolicTensor& input : call.inputs) {
    const Config* mask = mask_of(input);
    if (!mask) return {};
    any = any.is_null() ? *mask : add(call, "LogicalOr", call.outputs[0].mask->shape(), {std::move(any), *mask});
  }
  return any;
}

Config MaskNodes::joined(const LayerCall& call) {
  std::vector<Config> parts;
  for (const SymbolicTensor& input : call.inputs) {
    parts.push_back(part_of_join(call, input));
    if (parts.back().is_null()) return {};
  }
  const Config axis = call.layer->get_config()["axis"];
  Config wide = add(call, "Concatenate", call.outputs[0].shape, {Config::list(std::move(parts))}, {{"axis", axis}});
  return add(call, "Any", call.outputs[0].mask->shape(), {std::move(wide)}, {{"axis", -1}, {"keepdims", false}});
}

// As large as the input. Keras can do that for masks with an axis less.
Config MaskNodes::part_of_join(const LayerCall& call, const SymbolicTensor& input) {
  const Shape& shape = input.shape();
  const Config* mask = mask_of(input);
  if (!mask) return add(call, "OnesLike", shape, {tensor_config(graph_, input)}, {{"dtype", "bool"}});
  const Shape& steps = input.body().mask->shape();
  if (steps.rank() == shape.rank()) return *mask;
  if (steps.rank() + 1 != shape.rank()) return {};
  Config narrow = add(call, "ExpandDims", steps.inserted(steps.rank(), 1), {*mask}, {{"axis", -1}});
  Config none = add(call, "ZerosLike", shape, {tensor_config(graph_, input)}, {{"dtype", "bool"}});
  return add(call, "LogicalOr", shape, {std::move(narrow), std::move(none)});
}

Config MaskNodes::add(const LayerCall& call, std::string class_name, const Shape& shape, std::vector<Config> arguments,
                      std::vector<Config::Member> options) {
  const std::string name = free_name(class_name);
  Config node = Config::object({{"args", Config::list(std::move(arguments))}, {"kwargs", Config::object()}});
  Config entry = Config::object({{"module", "keras.src.ops.numpy"},
                                 {"class_name", class_name},
                                 {"config", Config::object({{"name", name}}).merge(Config::object(std::move(options)))},
                                 {"registered_name", std::move(class_name)},
                                 {"name", name},
                                 {"inbound_nodes", Config::list({std::move(node)})}});
  names_.insert(name);
  places_[name] = operations_.size();
  operations_.push_back({call.layer.get(), std::move(entry)});
  return tensor_config(shape, boolean, Config::list({name, 0, 0}));
}

std::string MaskNodes::free_name(const std::string& class_name) const {
  const std::string kind = to_snake_case(class_name);
  std::string name = kind;
  for (int number = 1; names_.contains(name); ++number) name = fmt::format("{}_{}", kind, number);
  return name;
}

// Null for a tensor that has none.
const Config* MaskNodes::mask_of(const SymbolicTensor& tensor) const {
  const SymbolicBody& body = graph_.resolved(tensor).body();
  const auto found = masks_.find({body.call, body.index});
  return found == masks_.end() ? nullptr : &found->second;
}

bool MaskNodes::all_known(const SymbolicTensors& tensors) const {
  return std::all_of(tensors.begin(), tensors.end(), [this](const SymbolicTensor& tensor) {
    const Config* mask = mask_of(tensor);
    return !mask || !mask->is_null();
  });
}

std::vector<Config> MaskNodes::masks_of(const SymbolicTensors& tensors) const {
  std::vector<Config> masks;
  for (const SymbolicTensor& tensor : tensors) {
    const Config* mask = mask_of(tensor);
    masks.push_back(mask ? *mask : Config());
  }
  return masks;
}

Config MaskNodes::keywords_of(const LayerCall& call) {
  const SymbolicTensors inputs = first_argument(call);
  std::vector<Config> masks = masks_of(inputs);
  if (!any_of(masks)) return Config::object();
  const KerasMasking masking = masking_of(*call.layer);
  bool is_given = false;  // by whoever made the graph
  for (std::size_t i = 0; i < masks.size(); ++i) {
    const bool is_given_here = under_mask(graph_.resolved(inputs[i]));
    is_given = is_given || is_given_here;
    if (!is_given_here && (!masking.takes_mask || !all_known(inputs))) masks[i] = {};
  }
  if (!any_of(masks)) return Config::object();
  Config keywords = Config::object();
  if (masking.names_training && !is_given && call.inputs.size() == 1) keywords.set("training", false);
  keywords.set("mask", masks.size() == 1 ? std::move(masks[0]) : Config::list(std::move(masks)));
  mark_as_read(keywords["mask"]);
  return keywords;
}

// What a tensor reads, or those of a list, and what these read in turn.
void MaskNodes::mark_as_read(Config value) {
  std::vector<Config> pending = {std::move(value)};
  while (!pending.empty()) {
    const Config next = std::move(pending.back());
    pending.pop_back();
    if (next.is_list()) pending.insert(pending.end(), next.as_list().begin(), next.as_list().end());
    if (!next.is_object()) continue;
    const auto place = places_.find(next["config"]["keras_history"].as_list()[0].as_string());
    if (place == places_.end() || operations_[place->second].is_read) continue;
    operations_[place->second].is_read = true;
    pending.push_back(operations_[place->second].entry["inbound_nodes"].as_list()[0]["args"]);
  }
}

std::vector<Config> MaskNodes::entries_after(const LayerBase& layer) const {
  std::vector<Config> entries;
  for (const Operation& operation : operations_)
    if (operation.after == &layer && operation.is_read) entries.push_back(operation.entry);
  return entries;
}

}  // namespace cornu::detail
