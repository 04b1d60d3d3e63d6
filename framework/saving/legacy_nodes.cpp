#include <cornu/framework/saving/legacy_nodes.hpp>

#include <algorithm>
#include <map>

#include <cornu/framework/saving/legacy_config.hpp>

namespace cornu::detail {

std::vector<std::string_view> parts_of_path(std::string_view path) {
  path = path.substr(0, path.rfind(':'));
  std::vector<std::string_view> parts;
  for (std::size_t slash = 0; slash != std::string_view::npos;) {
    slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  return parts;
}

namespace {

// ["dense", 0, 0], or with further arguments.
bool is_history(const ConfigView& value) {
  if (!value.is_list()) return false;
  const std::vector<Config>& items = value.value().as_list();
  return (items.size() == 3 || (items.size() == 4 && items[3].is_object())) && items[0].is_string() &&
         items[1].is_int() && items[2].is_int();
}

using LastCalls = std::map<std::string, std::int64_t>;

// The last call that is named of each layer.
void collect(const ConfigView& value, LastCalls& into) {
  if (is_history(value)) {
    std::int64_t& last = into[value.at(0).as_string()];
    last = std::max(last, value.at(1).as_int());
    if (value.value().as_list().size() == 4)
      for (const auto& [key, argument] : value.at(3).members()) collect(argument, into);
  } else if (value.is_list()) {
    for (const ConfigView& item : value.items()) collect(item, into);
  }
}

}  // namespace

LegacyNodes::LegacyNodes(const ConfigView& graph) {
  const auto layers = graph.find("layers");
  if (!layers || !layers->is_list()) return;
  LastCalls last;
  std::map<std::string, std::int64_t> counts;  // of the calls of models
  for (const ConfigView& layer : layers->items()) {
    const auto nodes = layer.is_object() ? layer.find("inbound_nodes") : std::nullopt;
    if (!nodes || !nodes->is_list()) continue;
    collect(*nodes, last);
    const auto config = layer.find("config"), name = layer.find("name");
    const bool is_model = config && (config->is_list() || (config->is_object() && config->find("layers")));
    if (is_model && name && name->is_string())
      counts[name->as_string()] = static_cast<std::int64_t>(nodes->value().as_list().size());
  }
  if (const auto outputs = graph.find("output_layers")) collect(*outputs, last);
  for (const auto& [name, count] : counts)
    if (last[name] == count) count_from_1_.insert(name);
}

Config LegacyNodes::history(const ConfigView& tensor) const {
  const std::string& name = tensor.at(0).as_string();
  const std::int64_t call = tensor.at(1).as_int();
  const bool counts_from_1 = call > 0 && count_from_1_.contains(name);
  return Config::list({name_from_legacy(name), counts_from_1 ? call - 1 : call, tensor.at(2).as_int()});
}

Config LegacyNodes::tensor(const ConfigView& tensor) const {
  return Config::object(
      {{"class_name", "__keras_tensor__"}, {"config", Config::object({{"keras_history", history(tensor)}})}});
}

Config LegacyNodes::keyword(const ConfigView& value) const {
  if (is_history(value)) return tensor(value);
  if (!value.is_list()) return value.value();
  std::vector<Config> items;
  for (const ConfigView& item : value.items()) items.push_back(keyword(item));
  return Config::list(std::move(items));
}

Config LegacyNodes::call(const ConfigView& node) const {
  if (!node.is_list()) return node.value();
  const std::vector<ConfigView> tensors = is_history(node) ? std::vector{node} : node.items();
  std::vector<Config> args;
  Config kwargs = Config::object();
  for (const ConfigView& each : tensors) {
    if (!is_history(each)) return node.value();
    args.push_back(tensor(each));
    if (each.value().as_list().size() == 4)
      for (const auto& [key, value] : each.at(3).members()) kwargs.set(key, keyword(value));
  }
  if (args.size() > 1) args = {Config::list(std::move(args))};
  return Config::object({{"args", Config::list(std::move(args))}, {"kwargs", std::move(kwargs)}});
}

Config LegacyNodes::calls(const ConfigView& inbound_nodes) const {
  std::vector<Config> all;
  for (const ConfigView& node : inbound_nodes.items()) all.push_back(call(node));
  return Config::list(std::move(all));
}

Config LegacyNodes::ends(const ConfigView& tensors) const {
  if (is_history(tensors)) return history(tensors);
  if (tensors.is_list()) {
    std::vector<Config> all;
    for (const ConfigView& item : tensors.items()) all.push_back(is_history(item) ? history(item) : item.value());
    return Config::list(std::move(all));
  }
  if (!tensors.is_object()) return tensors.value();
  Config all = Config::object();
  for (const auto& [key, item] : tensors.members()) all.set(key, is_history(item) ? history(item) : item.value());
  return all;
}

}  // namespace cornu::detail
