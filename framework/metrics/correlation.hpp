#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// How labels and predictions vary together along an axis, then the mean over the others: each row of the default axis
/// is a correlation of its own, so that columns (n, 1) need axis 0, and are that of each batch then. They are computed
/// in double. An axis of one element is said once in the log: nothing varies along it.
namespace cornu::metrics {

struct PearsonCorrelationOptions {
  std::string name = "pearson_correlation";
  std::int64_t axis = -1;
};
/// Σ (t − mean t)·(p − mean p) / (n · std t · std p), in −1 … 1; NaN where one of them is constant.
/// "pearson_correlation".
class PearsonCorrelation final : public MeanMetricWrapper {
 public:
  explicit PearsonCorrelation(PearsonCorrelationOptions options = {});
  /// `PearsonCorrelation({})`: the defaults.
  explicit PearsonCorrelation(cornu::detail::NoOptions);
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  Config to_config() const override;
  static std::shared_ptr<PearsonCorrelation> from_config(const ConfigView& config);

 private:
  PearsonCorrelationOptions options_;
  bool has_said_single_ = false;
};

struct ConcordanceCorrelationOptions {
  std::string name = "concordance_correlation";
  std::int64_t axis = -1;
};
/// 2·cov(t, p) / (var t + var p + (mean t − mean p)² + 1e-7): as Pearson's, but lower where means or scales differ; 0
/// where both are constant. "concordance_correlation".
class ConcordanceCorrelation final : public MeanMetricWrapper {
 public:
  explicit ConcordanceCorrelation(ConcordanceCorrelationOptions options = {});
  /// `ConcordanceCorrelation({})`: the defaults.
  explicit ConcordanceCorrelation(cornu::detail::NoOptions);
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  Config to_config() const override;
  static std::shared_ptr<ConcordanceCorrelation> from_config(const ConfigView& config);

 private:
  ConcordanceCorrelationOptions options_;
  bool has_said_single_ = false;
};

// The same as functions: float64, without the axis.

Tensor pearson_correlation(const Tensor& y_true, const Tensor& y_pred, std::int64_t axis = -1);
Tensor concordance_correlation(const Tensor& y_true, const Tensor& y_pred, std::int64_t axis = -1);

}  // namespace cornu::metrics
CORNU_EXPORT_END
