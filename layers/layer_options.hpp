#pragma once
// Internal: what every layer is told, out of a layer's own options.
#include <cornu/framework/layer/layer.hpp>

namespace cornu::layers {

/// The four fields by these names; the dtype may come from elsewhere. A constructor begins
/// `: Layer(layer_options(options))`.
template <class Options>
LayerOptions layer_options(const Options& options, DType dtype) {
  return {options.activity_regularizer, options.trainable, dtype, options.name};
}
template <class Options>
LayerOptions layer_options(const Options& options) {
  return layer_options(options, options.dtype);
}

}  // namespace cornu::layers
