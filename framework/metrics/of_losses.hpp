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
  explicit MeanSquaredError(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<MeanSquaredError> from_config(const ConfigView& config);
};

struct RootMeanSquaredErrorOptions {
  std::string name = "root_mean_squared_error";
};
/// √ of the mean of all (y_true − y_pred)². A mask counts, which Keras forgets here. "root_mean_squared_error".
class RootMeanSquaredError final : public MeanMetricWrapper {
 public:
  explicit RootMeanSquaredError(RootMeanSquaredErrorOptions options = {});
  /// `RootMeanSquaredError({})`: the defaults.
  explicit RootMeanSquaredError(cornu::detail::NoOptions);
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
  explicit MeanAbsoluteError(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<MeanAbsoluteError> from_config(const ConfigView& config);
};

struct MeanAbsolutePercentageErrorOptions {
  std::string name = "mean_absolute_percentage_error";
};
/// losses::mean_absolute_percentage_error. "mean_absolute_percentage_error", "mape", "MAPE".
class MeanAbsolutePercentageError final : public MeanMetricWrapper {
 public:
  explicit MeanAbsolutePercentageError(MeanAbsolutePercentageErrorOptions options = {});
  /// `MeanAbsolutePercentageError({})`: the defaults.
  explicit MeanAbsolutePercentageError(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<MeanAbsolutePercentageError> from_config(const ConfigView& config);
};

struct MeanSquaredLogarithmicErrorOptions {
  std::string name = "mean_squared_logarithmic_error";
};
/// losses::mean_squared_logarithmic_error. "mean_squared_logarithmic_error", "msle", "MSLE".
class MeanSquaredLogarithmicError final : public MeanMetricWrapper {
 public:
  explicit MeanSquaredLogarithmicError(MeanSquaredLogarithmicErrorOptions options = {});
  /// `MeanSquaredLogarithmicError({})`: the defaults.
  explicit MeanSquaredLogarithmicError(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<MeanSquaredLogarithmicError> from_config(const ConfigView& config);
};

struct CosineSimilarityOptions {
  std::string name = "cosine_similarity";
  std::int64_t axis = -1;  ///< of the vectors
};
/// −losses::cosine_similarity: 1 for equal directions. Keras forgets the axis when it writes. "cosine_similarity".
class CosineSimilarity final : public MeanMetricWrapper {
 public:
  explicit CosineSimilarity(CosineSimilarityOptions options = {});
  /// `CosineSimilarity({})`: the defaults.
  explicit CosineSimilarity(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<CosineSimilarity> from_config(const ConfigView& config);

 private:
  CosineSimilarityOptions options_;
};

struct LogCoshErrorOptions {
  std::string name = "logcosh";
};
/// losses::log_cosh. "log_cosh_error".
class LogCoshError final : public MeanMetricWrapper {
 public:
  explicit LogCoshError(LogCoshErrorOptions options = {});
  /// `LogCoshError({})`: the defaults.
  explicit LogCoshError(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<LogCoshError> from_config(const ConfigView& config);
};

struct HingeOptions {
  std::string name = "hinge";
};
/// losses::hinge. "hinge".
class Hinge final : public MeanMetricWrapper {
 public:
  explicit Hinge(HingeOptions options = {});
  /// `Hinge({})`: the defaults.
  explicit Hinge(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<Hinge> from_config(const ConfigView& config);
};

struct SquaredHingeOptions {
  std::string name = "squared_hinge";
};
/// losses::squared_hinge. "squared_hinge".
class SquaredHinge final : public MeanMetricWrapper {
 public:
  explicit SquaredHinge(SquaredHingeOptions options = {});
  /// `SquaredHinge({})`: the defaults.
  explicit SquaredHinge(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<SquaredHinge> from_config(const ConfigView& config);
};

struct CategoricalHingeOptions {
  std::string name = "categorical_hinge";
};
/// losses::categorical_hinge. "categorical_hinge".
class CategoricalHinge final : public MeanMetricWrapper {
 public:
  explicit CategoricalHinge(CategoricalHingeOptions options = {});
  /// `CategoricalHinge({})`: the defaults.
  explicit CategoricalHinge(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<CategoricalHinge> from_config(const ConfigView& config);
};

struct KLDivergenceOptions {
  std::string name = "kl_divergence";
};
/// losses::kl_divergence. "kl_divergence".
class KLDivergence final : public MeanMetricWrapper {
 public:
  explicit KLDivergence(KLDivergenceOptions options = {});
  /// `KLDivergence({})`: the defaults.
  explicit KLDivergence(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<KLDivergence> from_config(const ConfigView& config);
};

struct PoissonOptions {
  std::string name = "poisson";
};
/// losses::poisson. "poisson".
class Poisson final : public MeanMetricWrapper {
 public:
  explicit Poisson(PoissonOptions options = {});
  /// `Poisson({})`: the defaults.
  explicit Poisson(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<Poisson> from_config(const ConfigView& config);
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
  explicit BinaryCrossentropy(cornu::detail::NoOptions);
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
  explicit CategoricalCrossentropy(cornu::detail::NoOptions);
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
  explicit SparseCategoricalCrossentropy(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<SparseCategoricalCrossentropy> from_config(const ConfigView& config);

 private:
  SparseCategoricalCrossentropyOptions options_;
};

}  // namespace cornu::metrics
CORNU_EXPORT_END
