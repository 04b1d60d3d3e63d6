// training_config of `.h5` files as compile_config.
#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include <cornu/framework/saving/legacy_config.hpp>

namespace cornu::detail {

namespace {

using Names = std::pair<std::string_view, std::string_view>;

template <std::size_t rows>
std::string_view other_name(const Names (&table)[rows], std::string_view name) {
  const auto* const found = std::find_if(std::begin(table), std::end(table), [&](const Names& row) {  //
    return row.first == name;
  });
  return found == std::end(table) ? std::string_view() : found->second;
}

// Options of optimizers that have another name, or none, in Keras 3.
constexpr Names optimizer_options[] = {
    {"lr", "learning_rate"}, {"decay", ""}, {"schedule_decay", ""}, {"is_legacy_optimizer", ""}, {"jit_compile", ""}};

// Metrics that are a function with another name than their own.
constexpr Names metric_functions[] = {{"binary_accuracy", "BinaryAccuracy"},
                                      {"binary_crossentropy", "BinaryCrossentropy"},
                                      {"categorical_accuracy", "CategoricalAccuracy"},
                                      {"categorical_crossentropy", "CategoricalCrossentropy"},
                                      {"mean_absolute_error", "MeanAbsoluteError"},
                                      {"mean_squared_error", "MeanSquaredError"},
                                      {"sparse_categorical_accuracy", "SparseCategoricalAccuracy"},
                                      {"sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"}};

// The rate of Keras 2 with a decay: learning_rate / (1 + decay · iterations).
Config decaying(const Config& learning_rate, double decay) {
  return keras_object("keras.optimizers.schedules", "InverseTimeDecay",
                      {{"initial_learning_rate", learning_rate}, {"decay_steps", 1}, {"decay_rate", decay}});
}

Config optimizer_options_of(const ConfigView& config) {
  Config result = Config::object();
  for (const auto& [key, value] : config.members()) {
    const bool has_row = std::any_of(std::begin(optimizer_options), std::end(optimizer_options),
                                     [key = std::string_view(key)](const Names& row) { return row.first == key; });
    const std::string_view name = has_row ? other_name(optimizer_options, key) : std::string_view(key);
    const bool is_usual = key == "epsilon" && value.is_null();
    if (!name.empty() && !is_usual) result.set(std::string(name), value.value());
  }
  const double decay = config.get("decay", 0.0);
  const bool has_rate = result.contains("learning_rate") && !result["learning_rate"].is_object();
  if (decay != 0 && has_rate) result.set("learning_rate", decaying(result["learning_rate"], decay));
  return result;
}

Config optimizer(const ConfigView& object) {
  if (!object.is_object()) return object.value();
  const auto config = object.find("config");
  if (!config || !config->is_object()) return object.value();
  return Config(object.value()).set("config", optimizer_options_of(*config));
}

// As Keras 3 looks for classes of its own. Older files do not name the module.
Config with_module(Config object, const char* module) {
  const Config& name = object["class_name"];
  if (!object["module"].is_null() || !name.is_string() || name.as_string().find('>') != std::string::npos)
    return object;
  return object.set("module", module).set("registered_name", nullptr);
}

bool is_class(const ConfigView& value) { return value.is_object() && value.find("class_name"); }

// "auto" is the mean over the samples wherever cornu trains. `fn` is the class's own function.
Config loss_object(const ConfigView& object) {
  const auto config = object.find("config");
  if (!config || !config->is_object()) return with_module(object.value(), "keras.losses");
  Config options = Config::object();
  for (const auto& [key, value] : config->members()) {
    const bool is_auto = key == "reduction" && value.is_string() && value.as_string() == "auto";
    if (key != "fn") options.set(key, is_auto ? Config("sum_over_batch_size") : value.value());
  }
  return with_module(Config(object.value()).set("config", std::move(options)), "keras.losses");
}

Config metric_object(const ConfigView& object) {
  const auto config = object.find("config");
  const auto function = config && config->is_object() ? config->find("fn") : std::nullopt;
  if (!function) return with_module(object.value(), "keras.metrics");
  const std::string_view name = function->is_string() ? other_name(metric_functions, function->as_string()) : "";
  if (name.empty()) return function->value();
  Config options = Config::object();
  for (const auto& [key, value] : config->members())
    if (key != "fn") options.set(key, value.value());
  return keras_object("keras.metrics", std::string(name)).set("config", std::move(options));
}

// What is the same for each object in a value, a list or an object of such.
template <class F>
Config each(const ConfigView& value, const F& translate) {
  if (is_class(value)) return translate(value);
  if (value.is_list()) {
    std::vector<Config> items;
    for (const ConfigView& item : value.items()) items.push_back(each(item, translate));
    return Config::list(std::move(items));
  }
  if (!value.is_object()) return value.value();
  Config members = Config::object();
  for (const auto& [key, member] : value.members()) members.set(key, each(member, translate));
  return members;
}

// A flat list is that of every output.
Config metrics(const ConfigView& value, std::size_t outputs) {
  Config result = each(value, metric_object);
  const bool is_flat = result.is_list() && std::none_of(result.as_list().begin(), result.as_list().end(),
                                                        [](const Config& item) { return item.is_list(); });
  if (!is_flat || outputs < 2 || result.as_list().empty()) return result;
  return Config::list(std::vector<Config>(outputs, result));
}

}  // namespace

Config compile_config_from_legacy(const ConfigView& training_config, std::size_t outputs) {
  Config result = Config::object();
  if (const auto value = training_config.find("optimizer_config")) result.set("optimizer", optimizer(*value));
  if (const auto value = training_config.find("loss")) result.set("loss", each(*value, loss_object));
  if (const auto value = training_config.find("loss_weights")) result.set("loss_weights", value->value());
  for (const char* key : {"metrics", "weighted_metrics"})
    if (const auto value = training_config.find(key)) result.set(key, metrics(*value, outputs));
  return result;
}

}  // namespace cornu::detail
