#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/metrics/confusion.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// The most of one figure while another is at least some value, over thresholds at equal distances in 0 … 1; 0 where no
/// threshold reaches that value. In the formulas tp, fp, tn and fn are the true and false positives and negatives. They
/// throw ValueError for a value outside 0 … 1, for less than one threshold and for a negative class_id. As the value
/// must be given, they go by no name.
namespace cornu::metrics {

struct SensitivityAtSpecificityOptions {
  std::int64_t num_thresholds = 200;
  std::optional<std::int64_t> class_id = {};  ///< the class, a place in the last axis, that alone counts
  std::string name = "sensitivity_at_specificity";
};
/// tp / (tp + fn) where tn / (tn + fp) ≥ specificity.
class SensitivityAtSpecificity final : public ConfusionMetric {
 public:
  explicit SensitivityAtSpecificity(double specificity, SensitivityAtSpecificityOptions options = {});
  SensitivityAtSpecificity(double specificity, cornu::detail::NoOptions);
  Tensor results() const override;
  Config to_config() const override;
  static std::shared_ptr<SensitivityAtSpecificity> from_config(const ConfigView& config);

 private:
  double specificity_;
  SensitivityAtSpecificityOptions options_;
};

struct SpecificityAtSensitivityOptions {
  std::int64_t num_thresholds = 200;
  std::optional<std::int64_t> class_id = {};  ///< the class, a place in the last axis, that alone counts
  std::string name = "specificity_at_sensitivity";
};
/// tn / (tn + fp) where tp / (tp + fn) ≥ sensitivity.
class SpecificityAtSensitivity final : public ConfusionMetric {
 public:
  explicit SpecificityAtSensitivity(double sensitivity, SpecificityAtSensitivityOptions options = {});
  SpecificityAtSensitivity(double sensitivity, cornu::detail::NoOptions);
  Tensor results() const override;
  Config to_config() const override;
  static std::shared_ptr<SpecificityAtSensitivity> from_config(const ConfigView& config);

 private:
  double sensitivity_;
  SpecificityAtSensitivityOptions options_;
};

struct PrecisionAtRecallOptions {
  std::int64_t num_thresholds = 200;
  std::optional<std::int64_t> class_id = {};  ///< the class, a place in the last axis, that alone counts
  std::string name = "precision_at_recall";
};
/// tp / (tp + fp) where tp / (tp + fn) ≥ recall.
class PrecisionAtRecall final : public ConfusionMetric {
 public:
  explicit PrecisionAtRecall(double recall, PrecisionAtRecallOptions options = {});
  PrecisionAtRecall(double recall, cornu::detail::NoOptions);
  Tensor results() const override;
  Config to_config() const override;
  static std::shared_ptr<PrecisionAtRecall> from_config(const ConfigView& config);

 private:
  double recall_;
  PrecisionAtRecallOptions options_;
};

struct RecallAtPrecisionOptions {
  std::int64_t num_thresholds = 200;
  std::optional<std::int64_t> class_id = {};  ///< the class, a place in the last axis, that alone counts
  std::string name = "recall_at_precision";
};
/// tp / (tp + fn) where tp / (tp + fp) ≥ precision.
class RecallAtPrecision final : public ConfusionMetric {
 public:
  explicit RecallAtPrecision(double precision, RecallAtPrecisionOptions options = {});
  RecallAtPrecision(double precision, cornu::detail::NoOptions);
  Tensor results() const override;
  Config to_config() const override;
  static std::shared_ptr<RecallAtPrecision> from_config(const ConfigView& config);

 private:
  double precision_;
  RecallAtPrecisionOptions options_;
};

}  // namespace cornu::metrics
CORNU_EXPORT_END
