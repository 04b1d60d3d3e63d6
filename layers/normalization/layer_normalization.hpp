#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/layers/axis_list.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct LayerNormalizationOptions {
  AxisList axis = -1;     ///< over which each sample is normalised, one or several
  double epsilon = 1e-3;  ///< added to the variance
  bool center = true;     ///< add beta
  bool scale = true;      ///< multiply by gamma
  Handle<initializers::Initializer> beta_initializer = "zeros";
  Handle<initializers::Initializer> gamma_initializer = "ones";
  Handle<regularizers::Regularizer> beta_regularizer = {};
  Handle<regularizers::Regularizer> gamma_regularizer = {};
  Handle<constraints::Constraint> beta_constraint = {};
  Handle<constraints::Constraint> gamma_constraint = {};
  bool rms_scaling = false;  ///< x / √(variance + epsilon) · gamma, the mean stays; deprecated in Keras
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// gamma · (x − mean) / √(variance + epsilon) + beta, with mean and variance over the given axes: any shape → the same.
/// gamma and beta have the extents of these axes, in rising order of the numbers given. A mask passes through. Ba,
/// Kiros and Hinton, "Layer normalization", 2016.
///
///     layers::LayerNormalization()     layers::LayerNormalization({.axis = {1, 2}, .epsilon = 1e-6})
///
/// rms_scaling is Keras's: it divides by the deviation from the mean, which is not removed, and so is not what
/// RMSNormalization does; the first such layer of a program is said once. The constructor throws ValueError for an
/// epsilon below 0 and for no axis, building IndexError for an axis that the input has not, ValueError for one named
/// twice, a call ShapeError for an input of other extents than the layer was built for.
class LayerNormalization final : public Layer<LayerNormalization> {
 public:
  explicit LayerNormalization(LayerNormalizationOptions options = {});
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input) override;
  using LayerBase::build;
  using LayerBase::call;
  Config get_config() const override;
  static std::shared_ptr<LayerNormalization> from_config(const ConfigView& config);

 private:
  LayerNormalizationOptions options_;
  Shape extents_;  // of the axes
  Variable gamma_, beta_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
