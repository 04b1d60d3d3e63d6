#include <cornu/layers/core/drop_mask.hpp>

namespace cornu::layers {

DropMask::DropMask(DropMaskOptions options) : Layer(LayerOptions{.dtype = options.dtype, .name = options.name}) {
  supports_masking_ = true;
}

}  // namespace cornu::layers
