#include <cornu/framework/model/mask_nodes.hpp>

#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/base/class_name.hpp>
#include <cornu/framework/layer/keras_call.hpp>
#include <cornu/framework/layer/keras_masking.hpp>
#include <cornu/framework/model/tensor_config.hpp>

namespace cornu::detail {

MaskNodes::MaskNodes(const Graph& graph) : graph_(graph), masks_(graph), is_read_(masks_.all().size()) {
  for (const auto& layer : graph.layers()) taken_.insert(layer->name());
  for (const MaskOperations::Operation& operation : masks_.all()) {
    names_.push_back(free_name(operation.class_name));
    taken_.insert(names_.back());
  }
}

std::string MaskNodes::free_name(const std::string& class_name) const {
  const std::string kind = to_snake_case(class_name);
  std::string name = kind;
  for (int number = 1; taken_.contains(name); ++number) name = fmt::format("{}_{}", kind, number);
  return name;
}

Config MaskNodes::keywords_of(const LayerCall& call) {
  bool is_given = false;  // by whoever made the graph, and not found by the call itself
  for (const SymbolicTensor& input : call.inputs) is_given = is_given || under_mask(graph_.resolved(input));
  std::vector<Config> masks;
  for (const auto& mask : masks_.read_by(call)) {
    masks.push_back(mask ? config_of(*mask) : Config());
    if (mask) mark_as_read(*mask);
  }
  Config keywords = Config::object();
  if (std::all_of(masks.begin(), masks.end(), [](const Config& mask) { return mask.is_null(); })) return keywords;
  if (!is_given && call.inputs.size() == 1 && keras_masking(*call.layer).names_training)
    keywords.set("training", false);
  const std::span<const std::string_view> names = keras_input_names(*call.layer);
  if (names.empty())
    return keywords.set("mask", masks.size() == 1 ? std::move(masks[0]) : Config::list(std::move(masks)));
  for (std::size_t i = 0; i < masks.size(); ++i)
    if (!masks[i].is_null()) keywords.set(fmt::format("{}_mask", names[i]), std::move(masks[i]));
  return keywords;
}

Config MaskNodes::config_of(const MaskOperations::Value& value) const {
  if (value.tensor.defined()) return tensor_config(graph_, value.tensor);
  return tensor_config(masks_.all()[value.operation].shape, boolean, Config::list({names_[value.operation], 0, 0}));
}

// And what it reads in turn.
void MaskNodes::mark_as_read(const MaskOperations::Value& value) {
  std::vector<MaskOperations::Value> pending = {value};
  while (!pending.empty()) {
    const MaskOperations::Value next = std::move(pending.back());
    pending.pop_back();
    if (next.tensor.defined() || is_read_[next.operation]) continue;
    is_read_[next.operation] = true;
    const auto& reads = masks_.all()[next.operation].reads;
    pending.insert(pending.end(), reads.begin(), reads.end());
  }
}

Config MaskNodes::entry_of(std::size_t place) const {
  const MaskOperations::Operation& operation = masks_.all()[place];
  std::vector<Config> arguments;
  for (const MaskOperations::Value& value : operation.reads) arguments.push_back(config_of(value));
  if (!operation.number.is_null()) arguments.push_back(operation.number);
  if (operation.class_name == "Concatenate") arguments = {Config::list(std::move(arguments))};
  Config node = Config::object({{"args", Config::list(std::move(arguments))}, {"kwargs", Config::object()}});
  const Config name = names_[place];
  const bool is_core = operation.class_name == "ConvertToTensor";
  return Config::object({{"module", is_core ? "keras.src.ops.core" : "keras.src.ops.numpy"},
                         {"class_name", operation.class_name},
                         {"config", Config::object({{"name", name}}).merge(Config::object(operation.options))},
                         {"registered_name", operation.class_name},
                         {"name", name},
                         {"inbound_nodes", Config::list({std::move(node)})}});
}

std::vector<Config> MaskNodes::entries_after(const LayerBase& layer) const {
  std::vector<Config> entries;
  for (std::size_t i = 0; i < names_.size(); ++i)
    if (is_read_[i] && masks_.all()[i].layer == &layer) entries.push_back(entry_of(i));
  return entries;
}

}  // namespace cornu::detail
