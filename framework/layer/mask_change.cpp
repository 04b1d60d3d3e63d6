#include <cornu/framework/layer/mask_change.hpp>

#include <cornu/framework/ops/ops.hpp>

namespace cornu::detail {

MaskChange::MaskChange() {
  supports_masking_ = true;
  autocast_ = false;
}

Tensors MaskChange::call(const Tensors& inputs, const CallContext&) { return inputs[0]; }

Masks UnderMask::compute_mask(const Tensors& inputs, const Masks&) const { return Mask(ops::cast(inputs[1], boolean)); }

Masks UnderMaskOf::compute_mask(const Tensors&, const Masks& masks) const {
  Mask all = masks[1];
  for (std::size_t i = 2; i < masks.size(); ++i) all = ops::logical_and(all.value(), masks[i].value());
  return all;
}

Masks WithoutMask::compute_mask(const Tensors&, const Masks&) const { return {}; }

}  // namespace cornu::detail
