#include <cornu/layers/core/drop_mask.hpp>

#include <cornu/layers/from_options.hpp>

namespace cornu::layers {

DropMask::DropMask(DropMaskOptions options) : Layer(LayerOptions{.dtype = options.dtype, .name = options.name}) {
  supports_masking_ = true;
}

std::shared_ptr<DropMask> DropMask::from_config(const ConfigView& config) {
  const auto layer = std::make_shared<DropMask>(with_layer_options<DropMaskOptions>(config));
  layer->set_trainable(config.get("trainable", true));
  return layer;
}

}  // namespace cornu::layers
