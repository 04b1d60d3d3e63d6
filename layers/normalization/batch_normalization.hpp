#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/ops/ops.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::layers {

struct BatchNormalizationOptions {
  std::int64_t axis = -1;  ///< of the channels, each of which is normalised by itself
  double momentum = 0.99;  ///< of the moving statistics
  double epsilon = 1e-3;   ///< added to the variance
  bool center = true;      ///< add beta
  bool scale = true;       ///< multiply by gamma
  Handle<initializers::Initializer> beta_initializer = "zeros";
  Handle<initializers::Initializer> gamma_initializer = "ones";
  Handle<initializers::Initializer> moving_mean_initializer = "zeros";
  Handle<initializers::Initializer> moving_variance_initializer = "ones";
  Handle<regularizers::Regularizer> beta_regularizer = {};
  Handle<regularizers::Regularizer> gamma_regularizer = {};
  Handle<constraints::Constraint> beta_constraint = {};
  Handle<constraints::Constraint> gamma_constraint = {};
  Handle<regularizers::Regularizer> activity_regularizer = {};
  bool trainable = true;
  DType dtype = float32;
  std::string name = {};
};

/// gamma · (x − mean) / √(variance + epsilon) + beta, channel by channel: any shape → the same. In training, mean and
/// variance are those of the batch, and the moving ones follow them: moving ← momentum · moving + (1 − momentum) ·
/// batch. Otherwise, and always once the layer is frozen (set_trainable(false)), they are the moving ones. Weights:
/// gamma, beta and, not trained by the optimizer, moving_mean and moving_variance, each (channels,). Ioffe and Szegedy,
/// "Batch normalization: accelerating deep network training by reducing internal covariate shift", ICML 2015.
///
///     layers::BatchNormalization()     layers::BatchNormalization({.axis = 1, .momentum = 0.9})
///
/// A mask passes through; in training, elements outside of it do not count for mean and variance, but are normalised
/// too. The mask holds for all axes behind its own; Keras takes one of the input's axes but the last, and, on JAX and
/// torch, fails for one channel.
///
/// The moving statistics change in the call itself, both of them or, when something throws, neither; an empty batch
/// leaves them. A step that fails after the call has left them changed.
///
/// Files of Keras may say `synchronized`, which is ignored: there is one device. They may not say `renorm`. The
/// constructor throws ValueError for a momentum outside of 0 … 1 and an epsilon below 0, building IndexError for an
/// axis that the input has not, a call ShapeError for another rank or other channels than the layer was built for, and
/// for a mask that does not fit.
class BatchNormalization final : public Layer<BatchNormalization> {
 public:
  explicit BatchNormalization(BatchNormalizationOptions options = {});
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& input, const CallContext& context) override;
  using LayerBase::build;
  using LayerBase::call;
  Config get_config() const override;
  static std::shared_ptr<BatchNormalization> from_config(const ConfigView& config);

 private:
  void require_as_built(const Shape& input) const;
  Tensor along_channels(const Variable& weight) const;
  void move_statistics(const Tensor& mean, const Tensor& variance);

  BatchNormalizationOptions options_;
  Shape broadcast_;    // (1, …, channels, …, 1)
  ops::Axes reduced_;  // all but the channels'
  Variable gamma_, beta_, moving_mean_, moving_variance_;
};

}  // namespace cornu::layers
CORNU_EXPORT_END
