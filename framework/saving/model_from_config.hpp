#pragma once
// Internal: models made from the config that Keras writes.
#include <memory>

#include <cornu/framework/model/model.hpp>
#include <cornu/framework/registry/config_view.hpp>

namespace cornu::detail {

/// The model of a serialised object {class_name: Sequential or Functional, config, build_config}, built where its shape
/// is known; not compiled, weights fresh. A layer that cannot be made becomes a refusal of the view's report; null when
/// there was one. Throws FileError for a config that is no model's.
std::unique_ptr<Model> model_from_config(const ConfigView& object);

/// A layer, or a model that is used as one; null after a refusal.
std::shared_ptr<LayerBase> layer_or_model_from_config(const ConfigView& object);

/// The model of an object with a functional config: layers, their calls, input_layers and output_layers. Beside the
/// config may stand `cornu_masks`, "keras2", where layers join masks as in Keras 2.
std::unique_ptr<Model> functional_from_config(const ConfigView& object);

}  // namespace cornu::detail
