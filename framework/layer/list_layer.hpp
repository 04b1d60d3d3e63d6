#pragma once
#include <utility>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// What a layer with several inputs or several outputs builds upon:
///
///     class Difference : public Layer<Difference, ListLayer> {
///      public:
///       Tensors call(const Tensors& inputs, const CallContext&) override { return inputs[0] - inputs[1]; }
///     };
///
///     const auto y = Difference()({a, b});
///
/// It may be called on one input as well, also in a Sequential, and give any number of outputs, always the same.
class ListLayer : public LayerBase {
 public:
  using LayerBase::LayerBase;

  /// Makes the weights, once, before the first call. Throw ShapeError for inputs that do not fit, ValueError for
  /// another number of them.
  void build(const Shapes& input_shapes) override;
  /// The outputs; context.mask_of(i) is the mask of inputs[i].
  virtual Tensors call(const Tensors& inputs, const CallContext& context) = 0;
  /// The masks of the outputs, or none at all. `masks` has one for each input. By itself: the first input's mask for
  /// the first output, if the layer supports masking.
  virtual Masks compute_mask(const Tensors& inputs, const Masks& masks) const;

  // What one input means for a list. Override the functions above.
  void build(const Shape& input_shape) final;
  Tensor call(const Tensor& input, const CallContext& context) final;
  std::pair<Tensor, Mask> call_with_mask(const Tensor& input, const CallContext& context) final;
  std::pair<Tensors, Masks> call_with_masks(const Tensors& inputs, const CallContext& context) override;

 private:
  using LayerBase::call;
  using LayerBase::compute_mask;
};

}  // namespace cornu
CORNU_EXPORT_END
