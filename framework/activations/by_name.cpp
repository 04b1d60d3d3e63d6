#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/activations/keras2.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/nearest_name.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/registry/names.hpp>
#include <cornu/framework/registry/options.hpp>

namespace cornu {

namespace {

using Function = Tensor (*)(const Tensor&);
struct Row {
  std::string_view name;
  Function function;
};

constexpr Row table[] = {
    {"celu", activations::celu},
    {"elu", activations::elu},
    {"exponential", activations::exponential},
    {"gelu", activations::gelu},
    {"glu", activations::glu},
    {"hard_shrink", activations::hard_shrink},
    {"hard_sigmoid", activations::hard_sigmoid},
    {"hard_silu", activations::hard_silu},
    {"hard_swish", activations::hard_swish},
    {"hard_tanh", activations::hard_tanh},
    {"leaky_relu", activations::leaky_relu},
    {"linear", activations::linear},
    {"log_sigmoid", activations::log_sigmoid},
    {"log_softmax", activations::log_softmax},
    {"mish", activations::mish},
    {"relu", activations::relu},
    {"relu6", activations::relu6},
    {"selu", activations::selu},
    {"sigmoid", activations::sigmoid},
    {"silu", activations::silu},
    {"soft_shrink", activations::soft_shrink},
    {"softmax", activations::softmax},
    {"softplus", activations::softplus},
    {"softsign", activations::softsign},
    {"sparse_plus", activations::sparse_plus},
    {"sparse_sigmoid", activations::sparse_sigmoid},
    {"sparsemax", activations::sparsemax},
    {"squareplus", activations::squareplus},
    {"swish", activations::swish},
    {"tanh", activations::tanh},
    {"tanh_shrink", activations::tanh_shrink},
};

// What users registered.
struct Registry {
  std::mutex mutex;
  std::map<std::string, Function, std::less<>> functions;
};

Registry& registry() {
  static Registry the_registry;
  return the_registry;
}

bool is_of_keras(std::string_view name) {
  return std::any_of(std::begin(table), std::end(table), [&](const Row& r) { return r.name == name; });
}

// Null for a name that there is not.
Function find_function(std::string_view name) {
  const auto* row = std::find_if(std::begin(table), std::end(table), [&](const Row& r) { return r.name == name; });
  if (row != std::end(table)) return row->function;
  const std::lock_guard lock(registry().mutex);
  const auto found = registry().functions.find(name);
  return found == registry().functions.end() ? nullptr : found->second;
}

Function function_named(std::string_view name) {
  if (const Function function = find_function(name)) return function;
  std::vector<std::string_view> known;
  for (const Row& row : table) known.push_back(row.name);
  throw ValueError("activation",
                   fmt::format("unknown activation; got '{}'; expected one of {}; pass a function for any other{}",
                               name, fmt::join(known, ", "), did_you_mean(name, known)));
}

std::string name_of(Function function) {
  if (function == activations::keras2_hard_sigmoid) return "keras2_hard_sigmoid";
  const auto* row =
      std::find_if(std::begin(table), std::end(table), [&](const Row& r) { return r.function == function; });
  if (row != std::end(table)) return std::string(row->name);
  const std::lock_guard lock(registry().mutex);
  for (const auto& [name, registered] : registry().functions)
    if (registered == function) return name;
  return "function";
}

}  // namespace

void register_activation(std::string name, Function function) {
  if (is_of_keras(name))
    throw ValueError("register_activation", fmt::format("'{}' is an activation of Keras; choose another name", name));
  const std::lock_guard lock(registry().mutex);
  const auto [place, is_new] = registry().functions.try_emplace(std::move(name), function);
  if (!is_new && place->second != function)
    throw ValueError("register_activation",
                     fmt::format("'{}' is the name of another function already; choose another name", place->first));
}

namespace {

// What computes it in Keras 3.
const Config& keras2_hard_sigmoid_object() {
  static const Config object = keras_object(
      "keras.layers", "Pipeline",
      {{"name", "hard_sigmoid"},
       {"layers", Config::list({keras_object("keras.layers", "Rescaling", {{"scale", 0.2}, {"offset", 0.5}}),
                                keras_object("keras.layers", "ReLU", {{"max_value", 1.0}})})}});
  return object;
}

}  // namespace

struct Activation::Body {
  std::string name;
  Callable<Tensor(const Tensor&)> function;
  Config config = {};  // of a layer that is used as an activation
};

Activation::Activation(const char* name) : Activation(function_named(name)) {}
Activation::Activation(const std::string& name) : Activation(function_named(name)) {}

Activation::Activation(Function function) {
  if (function == activations::linear) return;
  const bool is_of_keras2 = function == activations::keras2_hard_sigmoid;
  body_ = detail::Shared<const Body>::make(
      Body{name_of(function), function, is_of_keras2 ? keras2_hard_sigmoid_object() : Config()});
}

Activation::Activation(Any, Callable<Tensor(const Tensor&)> function)
    : body_(detail::Shared<const Body>::make(Body{"function", std::move(function)})) {}

Activation::Activation(const Activation& other) = default;
Activation& Activation::operator=(const Activation& other) = default;
Activation& Activation::operator=(Activation&& other) noexcept = default;
Activation::~Activation() = default;

Tensor Activation::operator()(const Tensor& x) const { return body_ ? body_->function(x) : x; }

const std::string& Activation::name() const {
  static const std::string linear = "linear";
  return body_ ? body_->name : linear;
}

Config Activation::to_config() const {
  if (body_ && !body_->config.is_null()) return body_->config;
  if (is_of_keras(name())) return name();
  return function_object(name());
}

namespace {

using AnyFunction = Callable<Tensor(const Tensor&)>;

AnyFunction relu_of(const ConfigView& config) {
  activations::ReluOptions options;
  const auto each_option = [&](auto& option) {
    option("max_value", options.max_value);
    option("negative_slope", options.negative_slope);
    option("threshold", options.threshold);
  };
  read_options(config, each_option);
  return [options](const Tensor& x) { return activations::relu(x, options); };
}

AnyFunction rescaling_of(const ConfigView& config) {
  double scale = 1, offset = 0;
  read_value(config.at("scale"), scale);
  read_value(config.at("offset"), offset);
  return [scale, offset](const Tensor& x) { return scale * x + offset; };
}

// One after the other.
AnyFunction pipeline_of(const ConfigView& config) {
  std::vector<Activation> all;
  for (const ConfigView& layer : config.at("layers").items()) read_value(layer, all.emplace_back());
  return [all](const Tensor& x) {
    Tensor y = x;
    for (const Activation& each : all) y = each(y);
    return y;
  };
}

// Of a layer without weights that stands where a function is expected.
std::optional<AnyFunction> function_of_layer(std::string_view class_name, const ConfigView& config) {
  if (class_name == "Pipeline") return pipeline_of(config);
  if (class_name == "Rescaling") return rescaling_of(config);
  if (class_name == "ReLU") return relu_of(config);
  if (class_name == "LeakyReLU") {
    const double old_slope = config.get("alpha", 0.3), slope = config.get("negative_slope", old_slope);
    return [slope](const Tensor& x) { return activations::leaky_relu(x, slope); };
  }
  if (class_name == "ELU")
    return [alpha = config.get("alpha", 1.0)](const Tensor& x) { return activations::elu(x, alpha); };
  if (class_name == "Softmax")
    return [axis = config.get("axis", -1)](const Tensor& x) { return activations::softmax(x, axis); };
  if (class_name != "Activation") return std::nullopt;
  Activation inner;
  read_value(config.at("activation"), inner);
  return inner;
}

[[noreturn]] void refuse(const ConfigView& view, std::string_view name) {
  view.fail(
      fmt::format("cornu has no activation '{}'; register a function of that name before "
                  "(cornu::register_activation)",
                  shown(name)));
}

Function named_function(const ConfigView& view, std::string_view name) {
  const Function function = find_function(name);
  if (!function) refuse(view, name);
  return function;
}

}  // namespace

// A friend takes no visibility from the header that names it in its class.
[[gnu::visibility("default")]] void read_value(const ConfigView& view, Activation& value) {
  if (view.is_null()) {
    value = {};
    return;
  }
  if (!view.is_object()) {
    value = named_function(view, view.as_string());
    return;
  }
  const std::string& class_name = view.at("class_name").as_string();
  if (class_name == "function") {
    const std::string& name = view.at("config").as_string();
    if (is_of_keras(name) && !detail::is_of_keras(view)) refuse(view, name);  // somebody's function of that name
    value = named_function(view, name);
    return;
  }
  if (view.value().to_json() == keras2_hard_sigmoid_object().to_json()) {
    value = activations::keras2_hard_sigmoid;
    return;
  }
  const auto function = function_of_layer(class_name, view.at("config"));
  if (!function) refuse(view, class_name);
  value.body_ = detail::Shared<const Activation::Body>::make(Activation::Body{"function", *function, view.value()});
}

}  // namespace cornu
