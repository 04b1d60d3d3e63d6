#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/axis_list.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct SoftmaxOptions {
  AxisList axis = -1;  ///< over which the output sums to 1, one or several
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// e^x / Σ e^x, the sum over the given axes: any shape → the same.
///
///     layers::Softmax()     layers::Softmax({.axis = {1, 2}})(scores, {.mask = valid})
///
/// With a mask, elements outside of it are 0 and do not count for the sum; where it leaves nothing, all are 0. A mask
/// of the input's leading axes, as models hand it on, holds for all axes behind, and passes through. Another one
/// broadcasts to the input, as Keras has it, and ends here. (Keras refuses masks of leading axes.) The constructor
/// throws ValueError for no axis, a call IndexError for an axis that the input has not, ShapeError for a mask that does
/// not fit.
class Softmax final : public Layer<Softmax> {
 public:
  explicit Softmax(SoftmaxOptions options = {});
  Tensor call(const Tensor& input, const CallContext& context) override;
  using LayerBase::call;
  Mask compute_mask(const Tensor& input, const Mask& mask) const override;
  Config get_config() const override;
  static std::shared_ptr<Softmax> from_config(const ConfigView& config);

 private:
  AxisList axis_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
