#pragma once
// Internal: models as objects of Keras's files.
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// {"module", "class_name", "config", "registered_name"} of a layer or of a model, which Keras has in modules of their
/// own: "keras" for Sequential, "keras.src.models.functional" for Functional.
Config layer_or_model_to_config(const LayerBase& layer);

}  // namespace cornu::detail
CORNU_EXPORT_END
