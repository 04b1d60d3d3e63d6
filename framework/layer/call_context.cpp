#include <cornu/framework/layer/call_context.hpp>

namespace cornu {

template class List<Mask>;

const Mask& mask_at(const Masks& masks, std::size_t i) {
  static const Mask none;
  return i < masks.size() ? masks[i] : none;
}

}  // namespace cornu
