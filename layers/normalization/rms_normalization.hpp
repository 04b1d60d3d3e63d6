#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/axis_list.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct RMSNormalizationOptions {
  AxisList axis = -1;     ///< over which the mean is taken, one or several
  double epsilon = 1e-6;  ///< added to the mean
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// x / √(mean(x²) + epsilon) · scale, the mean over the given axes: any shape → the same. The weight `scale` has the
/// extents of these axes, in rising order of the numbers given. Zhang and Sennrich, "Root mean square layer
/// normalization", NeurIPS 2019.
///
///     layers::RMSNormalization()     layers::RMSNormalization({.axis = {1, 2}})
///
/// Keras does not pass a mask through this layer, so the layer takes none. Axes that are not the last ones, in order,
/// work as the formula says; Keras multiplies by the scale as if they were, or fails.
///
/// The constructor throws ValueError for an epsilon below 0 and for no axis, building IndexError for an axis that the
/// input has not, ValueError for one named twice, a call ShapeError for an input of other extents than the layer was
/// built for.
class RMSNormalization final : public Layer<RMSNormalization> {
 public:
  explicit RMSNormalization(RMSNormalizationOptions options = {});
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input) override;
  using LayerBase::build;
  using LayerBase::call;
  Config get_config() const override;
  static std::shared_ptr<RMSNormalization> from_config(const ConfigView& config);

 private:
  RMSNormalizationOptions options_;
  Variable scale_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
