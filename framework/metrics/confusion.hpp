#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/metrics/confusion_counts.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/tensor/list.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// How many predictions are right and wrong, above and below thresholds: labels and predictions of one shape, each
/// element counted by itself, by its weight, or that of its step or sample. Thresholds lie in 0 … 1 (ValueError
/// otherwise); several give one value each (results()). In the formulas tp, fp, tn and fn are the true and false
/// positives and negatives, and x / 0 is 0.
namespace cornu::metrics {

/// What these metrics share.
class ConfusionMetric : public Metric {
 public:
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  double result() const override;
  void reset_state() override { counts_.reset(); }

 protected:
  ConfusionMetric(std::string name, ConfusionCounts counts) : Metric(std::move(name)), counts_(std::move(counts)) {}
  const ConfusionCounts& counts() const { return counts_; }

 private:
  ConfusionCounts counts_;
};

// ── counts ──────────────────────────────────────────────────────────────────────────────────────────────────────────

struct TruePositivesOptions {
  List<double> thresholds = {};  ///< 0.5 unless given
  std::string name = "true_positives";
};
/// tp: how many labels that are positive were predicted to be. "TruePositives", "true_positives".
class TruePositives final : public ConfusionMetric {
 public:
  explicit TruePositives(TruePositivesOptions options = {});
  /// `TruePositives({})`: the defaults.
  explicit TruePositives(cornu::detail::NoOptions);
  Tensor results() const override;
  Config to_config() const override;
  static std::shared_ptr<TruePositives> from_config(const ConfigView& config);

 private:
  TruePositivesOptions options_;
};

struct TrueNegativesOptions {
  List<double> thresholds = {};  ///< 0.5 unless given
  std::string name = "true_negatives";
};
/// tn. "TrueNegatives", "true_negatives".
class TrueNegatives final : public ConfusionMetric {
 public:
  explicit TrueNegatives(TrueNegativesOptions options = {});
  /// `TrueNegatives({})`: the defaults.
  explicit TrueNegatives(cornu::detail::NoOptions);
  Tensor results() const override;
  Config to_config() const override;
  static std::shared_ptr<TrueNegatives> from_config(const ConfigView& config);

 private:
  TrueNegativesOptions options_;
};

struct FalsePositivesOptions {
  List<double> thresholds = {};  ///< 0.5 unless given
  std::string name = "false_positives";
};
/// fp. "FalsePositives", "false_positives".
class FalsePositives final : public ConfusionMetric {
 public:
  explicit FalsePositives(FalsePositivesOptions options = {});
  /// `FalsePositives({})`: the defaults.
  explicit FalsePositives(cornu::detail::NoOptions);
  Tensor results() const override;
  Config to_config() const override;
  static std::shared_ptr<FalsePositives> from_config(const ConfigView& config);

 private:
  FalsePositivesOptions options_;
};

struct FalseNegativesOptions {
  List<double> thresholds = {};  ///< 0.5 unless given
  std::string name = "false_negatives";
};
/// fn. "FalseNegatives", "false_negatives".
class FalseNegatives final : public ConfusionMetric {
 public:
  explicit FalseNegatives(FalseNegativesOptions options = {});
  /// `FalseNegatives({})`: the defaults.
  explicit FalseNegatives(cornu::detail::NoOptions);
  Tensor results() const override;
  Config to_config() const override;
  static std::shared_ptr<FalseNegatives> from_config(const ConfigView& config);

 private:
  FalseNegativesOptions options_;
};

// ── shares ──────────────────────────────────────────────────────────────────────────────────────────────────────────

struct PrecisionOptions {
  List<double> thresholds = {};               ///< 0.5 unless given; with top_k none unless given
  std::optional<std::int64_t> top_k = {};     ///< only the k largest of the last axis count as positive
  std::optional<std::int64_t> class_id = {};  ///< the class, a place in the last axis, that alone counts
  std::string name = "precision";
};
/// tp / (tp + fp): how many of what was found are right. Throws ValueError for a top_k below 1 and a negative class_id.
/// "Precision", "precision".
class Precision final : public ConfusionMetric {
 public:
  explicit Precision(PrecisionOptions options = {});
  /// `Precision({})`: the defaults.
  explicit Precision(cornu::detail::NoOptions);
  Tensor results() const override;
  Config to_config() const override;
  static std::shared_ptr<Precision> from_config(const ConfigView& config);

 private:
  PrecisionOptions options_;
};

struct RecallOptions {
  List<double> thresholds = {};               ///< 0.5 unless given; with top_k none unless given
  std::optional<std::int64_t> top_k = {};     ///< only the k largest of the last axis count as positive
  std::optional<std::int64_t> class_id = {};  ///< the class, a place in the last axis, that alone counts
  std::string name = "recall";
};
/// tp / (tp + fn): how many of what is there were found. Throws as Precision. "Recall", "recall".
class Recall final : public ConfusionMetric {
 public:
  explicit Recall(RecallOptions options = {});
  /// `Recall({})`: the defaults.
  explicit Recall(cornu::detail::NoOptions);
  Tensor results() const override;
  Config to_config() const override;
  static std::shared_ptr<Recall> from_config(const ConfigView& config);

 private:
  RecallOptions options_;
};

}  // namespace cornu::metrics
CORNU_EXPORT_END
