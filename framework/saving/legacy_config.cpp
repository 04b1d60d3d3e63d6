#include <cornu/framework/saving/legacy_config.hpp>

#include <algorithm>
#include <map>
#include <optional>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/activations/keras2.hpp>
#include <cornu/framework/formats/json/parse.hpp>
#include <cornu/framework/saving/legacy_nodes.hpp>

namespace cornu::detail {

namespace {

bool is_model(std::string_view class_name) {
  return class_name == "Sequential" || class_name == "Functional" || class_name == "Model";
}

std::string class_of(const ConfigView& object) {
  const auto name = object.is_object() ? object.find("class_name") : std::nullopt;
  return name && name->is_string() ? name->as_string() : "";
}

// What stands under a key of an option, or nothing where Keras 3 has no such key.
using Row = std::optional<Config> (*)(const ConfigView& value);

std::optional<Config> left_out(const ConfigView&) { return std::nullopt; }
std::optional<Config> as_it_is(const ConfigView& value) { return value.value(); }
std::optional<Config> plain_name(const ConfigView& value) {
  return value.is_string() ? name_from_legacy(value.as_string()) : value.value();
}
std::optional<Config> activation(const ConfigView& value) {
  if (!value.is_string()) return value.value();
  if (value.as_string() == "hard_sigmoid") return Activation(activations::keras2_hard_sigmoid).to_config();
  return value.as_string() == "softmax_v2" ? Config("softmax") : value.value();
}

struct Option {
  std::string_view class_name, key;  // of every class where the first is empty
  Row row;
};

// The first that fits counts.
constexpr Option options[] = {
    {"", "name", plain_name},
    {"InputLayer", "batch_input_shape", as_it_is},
    {"", "batch_input_shape", left_out},  // of a Sequential's first layer it is what the model is built for
    {"Embedding", "input_length", left_out},
    {"", "activation", activation},
    {"", "recurrent_activation", activation},
};

const Option* option_of(std::string_view class_name, std::string_view key) {
  const auto* const found = std::find_if(std::begin(options), std::end(options), [&](const Option& option) {
    return option.key == key && (option.class_name.empty() || option.class_name == class_name);
  });
  return found == std::end(options) ? nullptr : found;
}

// The shape that a layer, or the first layer of a model, was given: with the batch.
std::optional<Config> input_shape_of(const ConfigView& object) {
  const auto config = object.is_object() ? object.find("config") : std::nullopt;
  if (!config) return std::nullopt;
  if (config->is_list() && !config->value().as_list().empty()) return input_shape_of(config->at(0));
  if (!config->is_object()) return std::nullopt;
  for (const char* key : {"batch_input_shape", "batch_shape", "build_input_shape"})
    if (const auto shape = config->find(key); shape && shape->is_list()) return shape->value();
  const auto layers = is_model(class_of(object)) ? config->find("layers") : std::nullopt;
  return layers && layers->is_list() && !layers->value().as_list().empty() ? input_shape_of(layers->at(0))
                                                                           : std::nullopt;
}

class Translation {
 public:
  explicit Translation(const LegacyContext& context) : context_(context) {}

  Config of(const ConfigView& value) const {
    if (value.is_list()) {
      std::vector<Config> items;
      for (const ConfigView& item : value.items()) items.push_back(of(item));
      return Config::list(std::move(items));
    }
    if (!value.is_object()) return value.value();
    if (!class_of(value).empty() && value.find("config")) return object(value);
    Config members = Config::object();
    for (const auto& [key, member] : value.members()) members.set(key, of(member));
    return members;
  }

 private:
  Config object(const ConfigView& value) const {
    const std::string class_name = class_of(value);
    Config result = value.value();
    if (const auto name = value.find("name"); name && name->is_string())
      result.set("name", name_from_legacy(name->as_string()));
    if (is_model(class_name) && !context_.is_of_keras3) result.set("cornu_masks", "keras2");
    return result.set("config", config(class_name, value));
  }

  Config config(const std::string& class_name, const ConfigView& object) const {
    const ConfigView config = object.at("config");
    if (class_name == "Sequential") return sequential(config);
    if (!config.is_object()) return config.value();
    if (is_model(class_name)) return graph(config);
    return members(class_name, config);
  }

  Config members(const std::string& class_name, const ConfigView& config) const {
    Config result = Config::object();
    for (const auto& [key, value] : config.members()) {
      const Option* const option = context_.is_of_keras3 ? nullptr : option_of(class_name, key);
      if (auto translated = option ? option->row(value) : of_option(key, value))
        result.set(key, std::move(*translated));
    }
    const bool is_gru = class_name == "GRU" || class_name == "GRUCell";
    if (is_gru && !context_.is_of_keras3 && !result.contains("reset_after"))
      result.set("reset_after", bias_has_two_rows(config.get("name", "")));
    return result;
  }

  std::optional<Config> of_option(const std::string& key, const ConfigView& value) const {
    Config result = of(value);
    const bool is_initializer = key.ends_with("_initializer") && result.is_object() && result["config"].is_object();
    return is_initializer ? initializer(std::move(result)) : result;
  }

  // TensorFlow 1 noted the dtype of the weight. "normal" was always cut off.
  static Config initializer(Config object) {
    std::vector<Config::Member> members = object["config"].as_object();
    std::erase_if(members, [](const Config::Member& member) { return member.first == "dtype"; });
    for (auto& [key, value] : members)
      if (key == "distribution" && value.is_string() && value.as_string() == "normal") value = "truncated_normal";
    return object.set("config", Config::object(std::move(members)));
  }

  // Until Keras 2.2 the config is the list of layers itself.
  Config sequential(const ConfigView& config) const {
    const ConfigView layers = config.is_list() ? config : config.at("layers");
    Config result = Config::object({{"name", "sequential"}});
    if (!config.is_list())
      for (const auto& [key, value] : config.members())
        result.set(key, key == "name" ? *plain_name(value) : value.value());
    result.set("layers", of(layers));
    const bool has_input = !layers.items().empty() && class_of(layers.at(0)) == "InputLayer";
    if (const auto shape = layers.items().empty() ? std::nullopt : input_shape_of(layers.at(0)); shape && !has_input)
      result.set("build_input_shape", *shape);
    return result;
  }

  Config graph(const ConfigView& config) const {
    const LegacyNodes nodes(config);
    Config result = Config::object();
    for (const auto& [key, value] : config.members()) {
      if (key == "layers" && value.is_list())
        result.set(key, layers_of_graph(value, nodes));
      else if (key == "input_layers" || key == "output_layers")
        result.set(key, nodes.ends(value));
      else
        result.set(key, key == "name" ? *plain_name(value) : value.value());
    }
    return result;
  }

  Config layers_of_graph(const ConfigView& layers, const LegacyNodes& nodes) const {
    std::vector<Config> all;
    for (const ConfigView& layer : layers.items()) {
      Config translated = of(layer);
      if (const auto calls = layer.is_object() ? layer.find("inbound_nodes") : std::nullopt; calls && calls->is_list())
        translated.set("inbound_nodes", nodes.calls(*calls));
      if (context_.is_of_keras3 && is_operation(layer)) translated.set("module", "keras.src.ops.legacy");
      all.push_back(std::move(translated));
    }
    return Config::list(std::move(all));
  }

  // Keras 3 leaves out the module in `.h5` files, so that an op and a layer can have one name. Every layer says whether
  // it is trainable.
  static bool is_operation(const ConfigView& object) {
    const auto config = object.is_object() ? object.find("config") : std::nullopt;
    return config && config->is_object() && class_of(object) != "InputLayer" &&
           class_of(object).find('>') == std::string::npos && !config->find("trainable") && !config->find("layers");
  }

  // That of a GRU of that name, or in a wrapper around it: (2, 3 · units) where reset_after is true.
  bool bias_has_two_rows(const std::string& layer) const {
    for (const LegacyLayer& group : context_.layers)
      for (const LegacyArray& array : group.arrays)
        if (is_bias_of(array.name, layer)) return array.data.shape().rank() == 2;
    return false;
  }

  static bool is_bias_of(std::string_view array, const std::string& layer) {
    const std::vector<std::string_view> parts = parts_of_path(array);
    return parts.back() == "bias" && std::any_of(parts.begin(), parts.end() - 1, [&](std::string_view part) {
             return part == layer || part == "forward_" + layer || part == "backward_" + layer;
           });
  }

  const LegacyContext& context_;
};

}  // namespace

std::string name_from_legacy(std::string_view name) {
  std::string plain(name);
  std::replace(plain.begin(), plain.end(), '/', '_');
  return plain;
}

Config layers_from_legacy(const ConfigView& model_config, const LegacyContext& context) {
  return Translation(context).of(model_config);
}

namespace {

std::size_t outputs_of(const Config& model) {
  const Config& config = model["config"];
  const Config& outputs = config.is_object() && config.contains("output_layers") ? config["output_layers"] : config;
  const bool is_one = outputs.is_list() && !outputs.as_list().empty() && outputs.as_list()[0].is_string();
  return outputs.is_list() && !is_one ? outputs.as_list().size() : 1;
}

}  // namespace

Config config_from_legacy(const LegacyFile& file, bool compile, ConfigReport& report) {
  const Config config = formats::parse_json(file.model_config(), file.name());
  const ConfigView object(config, "load_model", file.name(), "model_config", &report);
  object.at("class_name").as_string();
  object.at("config");
  const std::vector<LegacyLayer> layers = file.layers();
  Config model = layers_from_legacy(object, {.is_of_keras3 = file.is_of_keras3(), .layers = layers});
  const auto training = compile ? file.training_config() : std::nullopt;
  if (!training) return model;
  const Config compiled = formats::parse_json(*training, file.name());
  const ConfigView view(compiled, "load_model", file.name(), "training_config", &report);
  return model.set("compile_config", compile_config_from_legacy(view, outputs_of(model)));
}

}  // namespace cornu::detail
