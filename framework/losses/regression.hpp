#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Losses of predictions that are numbers. In the formulas t is y_true, p is y_pred, and ε = 1e-7.
namespace cornu::losses {

struct MeanSquaredErrorOptions {
  Reduction reduction = "sum_over_batch_size";
  std::string name = "mean_squared_error";
};

/// mean((t − p)²) over the last axis. "mean_squared_error", "mse", "MSE".
class MeanSquaredError final : public Loss {
 public:
  explicit MeanSquaredError(MeanSquaredErrorOptions options = {});
  /// `MeanSquaredError({})`: the defaults.
  explicit MeanSquaredError(cornu::detail::NoOptions);
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
  explicit MeanAbsoluteError(MeanAbsoluteErrorOptions options = {});
  /// `MeanAbsoluteError({})`: the defaults.
  explicit MeanAbsoluteError(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<MeanAbsoluteError> from_config(const ConfigView& config);
};

struct MeanAbsolutePercentageErrorOptions {
  Reduction reduction = "sum_over_batch_size";
  std::string name = "mean_absolute_percentage_error";
};

/// 100 · mean(|t − p| / max(|t|, ε)) over the last axis. "mean_absolute_percentage_error", "mape", "MAPE".
class MeanAbsolutePercentageError final : public Loss {
 public:
  explicit MeanAbsolutePercentageError(MeanAbsolutePercentageErrorOptions options = {});
  /// `MeanAbsolutePercentageError({})`: the defaults.
  explicit MeanAbsolutePercentageError(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<MeanAbsolutePercentageError> from_config(const ConfigView& config);
};

struct MeanSquaredLogarithmicErrorOptions {
  Reduction reduction = "sum_over_batch_size";
  std::string name = "mean_squared_logarithmic_error";
};

/// mean((ln(1 + t) − ln(1 + p))²) over the last axis, where numbers below ε count as ε.
/// "mean_squared_logarithmic_error", "msle", "MSLE".
class MeanSquaredLogarithmicError final : public Loss {
 public:
  explicit MeanSquaredLogarithmicError(MeanSquaredLogarithmicErrorOptions options = {});
  /// `MeanSquaredLogarithmicError({})`: the defaults.
  explicit MeanSquaredLogarithmicError(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<MeanSquaredLogarithmicError> from_config(const ConfigView& config);
};

struct CosineSimilarityOptions {
  std::int64_t axis = -1;  ///< of the vectors
  Reduction reduction = "sum_over_batch_size";
  std::string name = "cosine_similarity";
};

/// −Σ t̂·p̂ along an axis, where x̂ = x / max(‖x‖, ε): −1 for equal directions, 0 for a vector of zeros, whose gradient is
/// 0, too. Keras forgets the axis when it writes. "cosine_similarity".
class CosineSimilarity final : public Loss {
 public:
  explicit CosineSimilarity(CosineSimilarityOptions options = {});
  /// `CosineSimilarity({})`: the defaults.
  explicit CosineSimilarity(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<CosineSimilarity> from_config(const ConfigView& config);

 private:
  CosineSimilarityOptions options_;
};

struct HuberOptions {
  double delta = 1;  ///< up to which the loss is that of squares
  Reduction reduction = "sum_over_batch_size";
  std::string name = "huber_loss";
};

/// The mean over the last axis of e² / 2 where |e| ≤ δ, and of δ·|e| − δ² / 2 elsewhere, for e = p − t. Keras forgets
/// delta when it writes, so a model that it has saved goes on with 1; files written here have it, and Keras reads it.
/// "huber".
class Huber final : public Loss {
 public:
  explicit Huber(HuberOptions options = {});
  /// `Huber({})`: the defaults.
  explicit Huber(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<Huber> from_config(const ConfigView& config);

 private:
  HuberOptions options_;
};

struct LogCoshOptions {
  Reduction reduction = "sum_over_batch_size";
  std::string name = "log_cosh";
};

/// mean(ln cosh(p − t)) over the last axis: about e² / 2 for small errors e, |e| − ln 2 for large ones. It is exact for
/// small errors, too, where Keras's is not: 5e-9 for an error of 1e-4. "log_cosh".
class LogCosh final : public Loss {
 public:
  explicit LogCosh(LogCoshOptions options = {});
  /// `LogCosh({})`: the defaults.
  explicit LogCosh(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<LogCosh> from_config(const ConfigView& config);
};

// The same as functions: one loss for each sample.

Tensor mean_squared_error(const Tensor& y_true, const Tensor& y_pred);
Tensor mean_absolute_error(const Tensor& y_true, const Tensor& y_pred);
Tensor mean_absolute_percentage_error(const Tensor& y_true, const Tensor& y_pred);
Tensor mean_squared_logarithmic_error(const Tensor& y_true, const Tensor& y_pred);
Tensor cosine_similarity(const Tensor& y_true, const Tensor& y_pred, std::int64_t axis = -1);
Tensor huber(const Tensor& y_true, const Tensor& y_pred, double delta = 1);
Tensor log_cosh(const Tensor& y_true, const Tensor& y_pred);

}  // namespace cornu::losses
CORNU_EXPORT_END
