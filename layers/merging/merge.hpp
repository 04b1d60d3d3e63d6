#pragma once
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/list_layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

/// What layers share that join inputs element by element: Add, Subtract, Multiply, Average, Maximum, Minimum.
///
/// The inputs have one batch size and shapes that broadcast; one of lower rank gets axes of 1 behind its batch. The
/// output has a mask only if every input has one: a step counts if it does in one of them. A call throws ShapeError for
/// shapes that do not fit, ValueError for inputs of different dtypes.
class Merge : public ListLayer {
 public:
  explicit Merge(LayerOptions options = {});
  Tensors call(const Tensors& inputs, const CallContext& context) final;
  Masks compute_mask(const Tensors& inputs, const Masks& masks) const final;

 private:
  /// Of inputs of equal rank.
  virtual Tensor merge(const Tensors& inputs, const CallContext& context) const = 0;
};

/// An input's mask spread over its elements.
Tensor as_large_as(const Tensor& input, const Tensor& mask);

/// merge(merge(a, b), c) …, where what a mask leaves out is taken from the other side.
Tensor merge_where_valid(const Tensors& inputs, const CallContext& context,
                         Tensor (*merge)(const Tensor&, const Tensor&));

}  // namespace cornu::layers
CORNU_EXPORT_END
