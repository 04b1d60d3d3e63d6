#pragma once
// Internal: what a call in a graph of Keras does about masks, as layers of the graph here.
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/list_layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// Passes its first input on, under another mask. Keras's files have no such layer: the tensor goes by the name of the
/// layer that made it.
class MaskChange : public ListLayer {
 public:
  MaskChange();
  Tensors call(const Tensors& inputs, const CallContext& context) override;
};

/// Under its second input, a bool tensor: a call with `mask=…`.
class UnderMask final : public Layer<UnderMask, MaskChange> {
 public:
  Masks compute_mask(const Tensors& inputs, const Masks& masks) const override;
};

/// Under the mask that its second input is under; of more, where all their masks are true.
class UnderMaskOf final : public Layer<UnderMaskOf, MaskChange> {
 public:
  Masks compute_mask(const Tensors& inputs, const Masks& masks) const override;
};

/// Under none.
class WithoutMask final : public Layer<WithoutMask, MaskChange> {
 public:
  Masks compute_mask(const Tensors& inputs, const Masks& masks) const override;
};

}  // namespace cornu::detail
CORNU_EXPORT_END
