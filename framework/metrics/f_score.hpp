#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Scores that join precision and recall, of labels and predictions (n, classes), as one_hot and softmax or sigmoid
/// give them. Without a threshold the largest of a row is positive, all of them where several are equal, and nothing in
/// a row of zeros or with NaN; with one what is above it. The average of the classes' scores is "macro", or "weighted"
/// by how often each class occurs; "micro" is the score of all classes together; without an average there is one score
/// each class (results()). Before the first batch they are 0. They throw ValueError for another average, for a beta of
/// 0 or less and for a threshold that is not in 0 … 1, or 0; the update throws ShapeError for other ranks, and for
/// another number of classes than before, which reset_state() does not change.
namespace cornu::metrics {

/// What both share: (1 + β²)·precision·recall / (β²·precision + recall), with Keras's 1e-7 in each denominator.
class FScoreMetric : public Metric {
 public:
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  double result() const override;
  Tensor results() const override;
  void reset_state() override;

 protected:
  FScoreMetric(const char* class_name, std::string name, std::optional<std::string> average, double beta,
               std::optional<double> threshold);

 private:
  struct Counts {
    void add(double label, bool is_found, double weight);
    double true_positives = 0, false_positives = 0, false_negatives = 0, labels = 0;
  };
  double score(const Counts& counts) const;
  template <class T>
  void count(const Tensor& t, const Tensor& p, const Tensor& weights);

  std::optional<std::string> average_;
  double beta_;
  std::optional<double> threshold_;
  std::vector<Counts> classes_;
};

struct FBetaScoreOptions {
  std::optional<std::string> average = {};  ///< "micro", "macro" or "weighted"
  double beta = 1;                          ///< how many times as much recall counts as precision
  std::optional<double> threshold = {};
  std::string name = "fbeta_score";
};
/// "FBetaScore", "f_beta_score".
class FBetaScore final : public FScoreMetric {
 public:
  explicit FBetaScore(FBetaScoreOptions options = {});
  /// `FBetaScore({})`: the defaults.
  explicit FBetaScore(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<FBetaScore> from_config(const ConfigView& config);

 private:
  FBetaScoreOptions options_;
};

struct F1ScoreOptions {
  std::optional<std::string> average = {};  ///< "micro", "macro" or "weighted"
  std::optional<double> threshold = {};
  std::string name = "f1_score";
};
/// FBetaScore for β = 1. "F1Score", "f1_score".
class F1Score final : public FScoreMetric {
 public:
  explicit F1Score(F1ScoreOptions options = {});
  /// `F1Score({})`: the defaults.
  explicit F1Score(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<F1Score> from_config(const ConfigView& config);

 private:
  F1ScoreOptions options_;
};

}  // namespace cornu::metrics
CORNU_EXPORT_END
