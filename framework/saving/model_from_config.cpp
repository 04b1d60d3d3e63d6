#include <cornu/framework/saving/model_from_config.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/model/sequential.hpp>

namespace cornu::detail {

namespace {

constexpr int deepest = 64;  // models within models
thread_local int depth = 0;

class Deeper {
 public:
  explicit Deeper(const ConfigView& object) {
    if (++depth > deepest) {
      --depth;
      object.fail(fmt::format("models within models are nested too deeply; expected at most {}", deepest));
    }
  }
  ~Deeper() { --depth; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;
};

std::optional<Shape> shape_in(const std::optional<ConfigView>& holder, std::string_view key) {
  if (!holder || !holder->is_object()) return std::nullopt;
  const auto found = holder->find(key);
  if (!found || !found->is_list() || found->value().as_list().empty() || found->at(0).is_list()) return std::nullopt;
  Shape shape;
  read_value(*found, shape);
  return shape;
}

bool is_input_layer(const ConfigView& object) {
  const auto name = object.find("class_name");
  return name && name->is_string() && name->as_string() == "InputLayer";
}

// The shape that a Sequential is built with: that of its InputLayer, or else what build_config or build_input_shape
// says.
std::optional<Shape> input_shape_of(const ConfigView& object, const ConfigView& config,
                                    const std::vector<ConfigView>& layers) {
  if (!layers.empty() && is_input_layer(layers[0]))
    for (const char* key : {"batch_shape", "batch_input_shape"})
      if (auto shape = shape_in(layers[0].at("config"), key)) return shape;
  if (auto shape = shape_in(object.find("build_config"), "input_shape")) return shape;
  return shape_in(config, "build_input_shape");
}

// The input's name, dtype and batch size make no difference here, and go into the file that the model is saved to. An
// input layer that cannot be read is written as the model has it.
void keep_input_layer(Sequential& model, const ConfigView& object) {
  try {
    model.set_input_layer(layer_from_config(ConfigView(object.value(), "load_model", "", object.path())));
  } catch (const Error&) {
    model.set_input_layer(nullptr);
  }
}

std::unique_ptr<Model> sequential_from_config(const ConfigView& object) {
  const ConfigView config = object.at("config");
  auto model = std::make_unique<Sequential>();
  const std::vector<ConfigView> layers = config.at("layers").items();
  bool complete = true;
  for (const ConfigView& layer : layers) {
    if (is_input_layer(layer)) continue;
    const auto made = layer_or_model_from_config(layer);
    complete = complete && made;
    if (complete) model->add(made);
  }
  if (!complete) return nullptr;
  model->set_name(config.get("name", "sequential"));
  if (const auto shape = input_shape_of(object, config, layers)) model->build(*shape);
  if (model->built() && is_input_layer(layers[0])) keep_input_layer(*model, layers[0]);
  if (!config.get("trainable", true)) model->set_trainable(false);
  return model;
}

}  // namespace

std::unique_ptr<Model> model_from_config(const ConfigView& object) {
  const Deeper deeper(object);
  const std::string& name = object.at("class_name").as_string();
  if (name == "Sequential") return sequential_from_config(object);
  if (name == "Functional" || name == "Model") return functional_from_config(object);
  const auto registered = object.find("registered_name");
  object.fail(
      fmt::format("a model of a class of one's own; got {}; expected Sequential or Functional; make the model "
                  "in C++ and load_weights() into it",
                  registered && registered->is_string() ? registered->as_string() : name));
}

std::shared_ptr<LayerBase> layer_or_model_from_config(const ConfigView& object) {
  std::shared_ptr<LayerBase> made;
  object.attempt([&] {
    const auto name = object.find("class_name");
    const bool is_model =
        name && name->is_string() &&
        (name->as_string() == "Sequential" || name->as_string() == "Functional" || name->as_string() == "Model");
    if (is_model)
      made = model_from_config(object);
    else
      made = layer_from_config(object);
    if (made) made->let_masks_end();
  });
  return made;
}

}  // namespace cornu::detail
