#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Losses of predictions that are numbers. In the formulas t is y_true and p is y_pred.
namespace cornu::losses {

struct MeanSquaredErrorOptions {
  Reduction reduction = "sum_over_batch_size";
  std::string name = "mean_squared_error";
};

/// mean((t − p)²) over the last axis. "mean_squared_error", "mse", "MSE".
class MeanSquaredError final : public Loss {
 public:
  explicit MeanSquaredError(MeanSquaredErrorOptions options = {}) : Loss(options.name, options.reduction) {}
  /// `MeanSquaredError({})`: the defaults.
  explicit MeanSquaredError(cornu::detail::NoOptions) : MeanSquaredError() {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<MeanSquaredError> from_config(const ConfigView& config);
};

struct MeanAbsoluteErrorOptions {
  Reduction reduction = "sum_over_batch_size";
  std::string name = "mean_absolute_error";
};

/// mean(|t − p|) over the last axis. "mean_absolute_error", "mae", "MAE".
class MeanAbsoluteError final : public Loss {
 public:
  explicit MeanAbsoluteError(MeanAbsoluteErrorOptions options = {}) : Loss(options.name, options.reduction) {}
  /// `MeanAbsoluteError({})`: the defaults.
  explicit MeanAbsoluteError(cornu::detail::NoOptions) : MeanAbsoluteError() {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<MeanAbsoluteError> from_config(const ConfigView& config);
};

// The same as functions: one loss for each sample.

Tensor mean_squared_error(const Tensor& y_true, const Tensor& y_pred);
Tensor mean_absolute_error(const Tensor& y_true, const Tensor& y_pred);

}  // namespace cornu::losses
CORNU_EXPORT_END
