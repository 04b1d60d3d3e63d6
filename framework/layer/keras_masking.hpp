#pragma once
// Internal: what Keras does about masks where it calls a layer.
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// Keras's files name the masks that a call is given, and list the ops that make them.
struct KerasMasking {
  enum class Output {
    unknown,    ///< of a user's layer, or a model
    passed,     ///< the mask of the first input
    non_zero,   ///< where the input is not 0
    any_other,  ///< where one of the input's features is not the layer's `mask_value`
    either,     ///< where one of the inputs' masks is true
    joined,     ///< the inputs' masks, one behind the other along the layer's axis
    converted   ///< the mask of the first input, which an op makes a tensor once more
  };
  bool takes_mask = false;      ///< its call has an argument `mask`
  bool names_training = false;  ///< files name `training: false` where they name a mask that the call found by itself
  Output output = Output::unknown;
};

/// For a layer that Keras has. (layers/keras_masking.cpp)
KerasMasking keras_masking(const LayerBase& layer);

}  // namespace cornu::detail
CORNU_EXPORT_END
