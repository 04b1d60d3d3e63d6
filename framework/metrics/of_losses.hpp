#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/metrics/metric.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// The means of losses over all batches.
namespace cornu::metrics {

struct MeanSquaredErrorOptions {
  std::string name = "mean_squared_error";
};
/// losses::mean_squared_error. "mean_squared_error", "mse", "MSE".
class MeanSquaredError final : public MeanMetricWrapper {
 public:
  explicit MeanSquaredError(MeanSquaredErrorOptions options = {});
  /// `MeanSquaredError({})`: the defaults.
  explicit MeanSquaredError(cornu::detail::NoOptions) : MeanSquaredError() {}
  Config to_config() const override;
  static std::shared_ptr<MeanSquaredError> from_config(const ConfigView& config);
};

struct RootMeanSquaredErrorOptions {
  std::string name = "root_mean_squared_error";
};
/// √ of the mean of all (y_true − y_pred)². "root_mean_squared_error".
class RootMeanSquaredError final : public MeanMetricWrapper {
 public:
  explicit RootMeanSquaredError(RootMeanSquaredErrorOptions options = {});
  /// `RootMeanSquaredError({})`: the defaults.
  explicit RootMeanSquaredError(cornu::detail::NoOptions) : RootMeanSquaredError() {}
  Config to_config() const override;
  static std::shared_ptr<RootMeanSquaredError> from_config(const ConfigView& config);
  double result() const override;
};

struct MeanAbsoluteErrorOptions {
  std::string name = "mean_absolute_error";
};
/// losses::mean_absolute_error. "mean_absolute_error", "mae", "MAE".
class MeanAbsoluteError final : public MeanMetricWrapper {
 public:
  explicit MeanAbsoluteError(MeanAbsoluteErrorOptions options = {});
  /// `MeanAbsoluteError({})`: the defaults.
  explicit MeanAbsoluteError(cornu::detail::NoOptions) : MeanAbsoluteError() {}
  Config to_config() const override;
  static std::shared_ptr<MeanAbsoluteError> from_config(const ConfigView& config);
};

struct BinaryCrossentropyOptions {
  std::string name = "binary_crossentropy";
  bool from_logits = false;
  double label_smoothing = 0;
};
/// losses::binary_crossentropy. "binary_crossentropy", "bce", "BCE".
class BinaryCrossentropy final : public MeanMetricWrapper {
 public:
  explicit BinaryCrossentropy(BinaryCrossentropyOptions options = {});
  /// `BinaryCrossentropy({})`: the defaults.
  explicit BinaryCrossentropy(cornu::detail::NoOptions) : BinaryCrossentropy() {}
  Config to_config() const override;
  static std::shared_ptr<BinaryCrossentropy> from_config(const ConfigView& config);

 private:
  BinaryCrossentropyOptions options_;
};

struct CategoricalCrossentropyOptions {
  std::string name = "categorical_crossentropy";
  bool from_logits = false;
  double label_smoothing = 0;
  std::int64_t axis = -1;
};
/// losses::categorical_crossentropy. "categorical_crossentropy".
class CategoricalCrossentropy final : public MeanMetricWrapper {
 public:
  explicit CategoricalCrossentropy(CategoricalCrossentropyOptions options = {});
  /// `CategoricalCrossentropy({})`: the defaults.
  explicit CategoricalCrossentropy(cornu::detail::NoOptions) : CategoricalCrossentropy() {}
  Config to_config() const override;
  static std::shared_ptr<CategoricalCrossentropy> from_config(const ConfigView& config);

 private:
  CategoricalCrossentropyOptions options_;
};

struct SparseCategoricalCrossentropyOptions {
  std::string name = "sparse_categorical_crossentropy";
  bool from_logits = false;
  std::optional<std::int64_t> ignore_class = {};
  std::int64_t axis = -1;
};
/// losses::sparse_categorical_crossentropy. "sparse_categorical_crossentropy".
class SparseCategoricalCrossentropy final : public MeanMetricWrapper {
 public:
  explicit SparseCategoricalCrossentropy(SparseCategoricalCrossentropyOptions options = {});
  /// `SparseCategoricalCrossentropy({})`: the defaults.
  explicit SparseCategoricalCrossentropy(cornu::detail::NoOptions) : SparseCategoricalCrossentropy() {}
  Config to_config() const override;
  static std::shared_ptr<SparseCategoricalCrossentropy> from_config(const ConfigView& config);

 private:
  SparseCategoricalCrossentropyOptions options_;
};

}  // namespace cornu::metrics
CORNU_EXPORT_END
