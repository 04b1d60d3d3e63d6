#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/axis_list.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct UnitNormalizationOptions {
  AxisList axis = -1;  ///< along which the length is taken, one or several
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// x / √(Σ x²), the sum over the given axes: any shape → the same. Short vectors get length 1 too; zeros stay zeros. A
/// mask passes through.
///
///     layers::UnitNormalization()     layers::UnitNormalization({.axis = {1, 2}})
///
/// The constructor throws ValueError for no axis, a call IndexError for an axis that the input has not.
class UnitNormalization final : public Layer<UnitNormalization> {
 public:
  explicit UnitNormalization(UnitNormalizationOptions options = {});
  Tensor call(const Tensor& input) override;
  Config get_config() const override;
  static std::shared_ptr<UnitNormalization> from_config(const ConfigView& config);

 private:
  AxisList axis_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
