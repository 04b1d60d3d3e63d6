#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::metrics {

struct R2ScoreOptions {
  /// Or "variance_weighted_average"; nothing for one score each output (results()).
  std::optional<std::string> class_aggregation = "uniform_average";
  std::int64_t num_regressors = 0;  ///< of how many numbers predictions were made, for the adjusted score
  std::string name = "r2_score";
};

/// The coefficient of determination of labels and predictions (n, outputs): 1 − Σ (t − p)² / Σ (t − mean t)² for each
/// output, then their mean. It is 1 for right predictions and 0 for those that are no better than the mean. Of constant
/// labels it is NaN where they are predicted exactly, otherwise 0. With num_regressors d and m numbers seen (samples
/// times outputs, as in Keras) it is 1 − (1 − R²)·(m − 1) / (m − d − 1), or, while m is not larger than d + 1, R².
/// Before the first batch it is 0. Throws ValueError for another aggregation and a negative num_regressors; the update
/// ShapeError for other ranks, and for another number of outputs than before, which reset_state() does not change.
/// "R2Score", "r2_score".
class R2Score final : public Metric {
 public:
  explicit R2Score(R2ScoreOptions options = {});
  /// `R2Score({})`: the defaults.
  explicit R2Score(cornu::detail::NoOptions);
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  double result() const override;
  Tensor results() const override;
  void reset_state() override;
  Config to_config() const override;
  static std::shared_ptr<R2Score> from_config(const ConfigView& config);

 private:
  // Of one output: the weights so far, the mean of the labels, Σ (t − mean)² and Σ (t − p)².
  struct Sums {
    void add(double label, double prediction, double of_weight);
    double score() const;
    double weight = 0, mean = 0, squares = 0, errors = 0;
  };
  double adjusted(double score) const;

  R2ScoreOptions options_;
  std::vector<Sums> outputs_;
  double count_ = 0;
};

}  // namespace cornu::metrics
CORNU_EXPORT_END
