#pragma once
#include <concepts>
#include <memory>
#include <string>
#include <utility>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/registry/config_view.hpp>
#include <cornu/framework/registry/register_class.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// The layer that a config describes, as Keras's files have it: {"module": "keras.layers", "class_name": "Dense",
/// "config": {…}, "registered_name": null}. It is not built. Options that are missing have Keras's defaults; what
/// differs from what the config asks for is noted in the view's report: float16 and bfloat16, which are computed in
/// float32, and keys that the layer does not know. Layers of models inside it are made by whoever reads models.
/// Throws FileError, naming the place, for a class that there is not and for options that it refuses.
/// (layers/by_name.cpp)
std::shared_ptr<LayerBase> layer_from_config(const ConfigView& object);
template <>
std::shared_ptr<LayerBase> from_config<LayerBase>(const ConfigView& object);

/// The layer as layer_from_config() reads it, with its get_config(); without a build_config. Options that Keras refuses
/// stand beside the config, as "cornu". A class that nobody
/// registered goes by its own name, and can be read once it is registered under that.
Config layer_to_config(const LayerBase& layer);

/// Whether layer_from_config() knows its class and those of the layers in it: cornu's, or registered ones.
bool is_named_in_files(const LayerBase& layer);

/// name, trainable, dtype and activity_regularizer, as every layer's config has them: for from_config() of a layer of
/// yours.
LayerOptions layer_options_from(const ConfigView& config);

namespace detail {
// Gives a layer that was made without them the options that every layer has.
std::shared_ptr<void> with_options_of(std::shared_ptr<LayerBase> layer, const ConfigView& config);
}  // namespace detail

/// Lets files name a layer of yours: register_class() of the kind LayerBase. One that has no static from_config() is
/// made by its default constructor, and given its name, its dtype and whether it is trainable.
///
///     register_layer<Scale>("my_package>Scale");
template <std::derived_from<LayerBase> T>
void register_layer(std::string name) {
  detail::register_class(typeid(LayerBase), std::move(name), typeid(T), [](const ConfigView& config) {
    return detail::with_options_of(detail::make_from_config<LayerBase, T>(config), config);
  });
}

}  // namespace cornu
CORNU_EXPORT_END
