#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/registry/options.hpp>

namespace cornu {

LayerOptions layer_options_from(const ConfigView& config) {
  LayerOptions options;
  const OptionReader read(config);
  std::optional<std::string> name;
  read("name", name);
  options.name = name.value_or("");
  read("trainable", options.trainable);
  read("dtype", options.dtype);
  read("activity_regularizer", options.activity_regularizer);
  for (const char* input : {"batch_input_shape", "input_shape"}) config.find(input);  // whoever reads the model asks
  return options;
}

std::shared_ptr<void> detail::with_options_of(std::shared_ptr<LayerBase> layer, const ConfigView& config) {
  const LayerOptions options = layer_options_from(config);
  if (!layer->has_given_name() && !options.name.empty()) layer->set_name(options.name);
  if (!options.trainable) layer->set_trainable(false);
  if (!layer->built() && layer->dtype() != options.dtype && config.find("dtype")) layer->set_dtype(options.dtype);
  return layer;
}

}  // namespace cornu
