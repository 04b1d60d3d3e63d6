#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct MaskingOptions {
  double mask_value = 0;  ///< a step of nothing else does not count
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// Masks the steps all of whose features are `mask_value`, and sets them to 0: (batch, steps, features) → the same,
/// under a mask (batch, steps). Other shapes likewise: the mask has all axes but the last. A mask that comes with the
/// input is replaced. NaN equals nothing, so a step of NaN counts.
///
///     Sequential{Masking({.mask_value = -1}), LSTM(8)}
///
/// A call throws ShapeError for a scalar, ValueError for integers and a mask_value that is none.
class Masking final : public Layer<Masking> {
 public:
  explicit Masking(MaskingOptions options = {});
  Tensor call(const Tensor& input) override;
  using LayerBase::call;
  Mask compute_mask(const Tensor& input, const Mask& mask) const override;
  Config get_config() const override;
  static std::shared_ptr<Masking> from_config(const ConfigView& config);

  double mask_value() const { return mask_value_; }

 private:
  Tensor steps_that_count(const Tensor& input, bool keepdims) const;

  double mask_value_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
