#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::metrics {

/// Which predictions are counted, and how.
struct ConfusionOptions {
  std::optional<std::int64_t> top_k = {};     ///< the others of the last axis count as negative; the first of equals
  std::optional<std::int64_t> class_id = {};  ///< the place in the last axis that alone counts
  bool multi_label = false;                   ///< whether each column of (n, labels) is counted by itself
  std::vector<double> label_weights = {};     ///< one for each column, which its elements are multiplied by
};

/// What Precision, Recall, AUC and the like are made of: how many elements are true or false positives or negatives,
/// each by its weight, for each of some thresholds. A prediction is positive if it is above the threshold, so NaN never
/// is. A label is positive unless it is 0. Counts are kept in double.
class ConfusionCounts {
 public:
  ConfusionCounts() = default;
  explicit ConfusionCounts(std::vector<double> thresholds, ConfusionOptions options = {});

  /// Counts a batch: labels and predictions of one shape, where only a last axis of 1 may be missing. `where` is the
  /// place for errors. Throws ShapeError for shapes, weights or label weights that do not fit, ValueError for a label
  /// outside 0 … 1 that has a weight and for a top_k that is larger than the last axis, IndexError for a class_id
  /// outside of it; nothing is counted then.
  void update(std::string_view where, const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight);
  void reset();

  std::size_t thresholds() const { return thresholds_.size(); }
  /// How many columns are counted: 0 before the first batch with multi_label, 1 without.
  std::size_t labels() const { return labels_; }
  /// By threshold, and, with multi_label, within each threshold by label.
  const std::vector<double>& true_positives() const { return true_positives_; }
  const std::vector<double>& false_positives() const { return false_positives_; }
  const std::vector<double>& true_negatives() const { return true_negatives_; }
  const std::vector<double>& false_negatives() const { return false_negatives_; }
  /// How many predictions lay outside 0 … 1.
  std::int64_t outside() const { return outside_; }

 private:
  template <class T>
  class Buckets;
  void fix_labels(std::string_view where, const Shape& shape);
  template <class T>
  void count(const Tensor& t, const Tensor& p, const Tensor& weights);

  std::vector<double> thresholds_;
  ConfusionOptions options_;
  bool is_even_ = false;  // the thresholds cut 0 … 1 into equal parts
  std::size_t labels_ = 1;
  std::vector<double> true_positives_, false_positives_, true_negatives_, false_negatives_;
  std::int64_t outside_ = 0;
};

}  // namespace cornu::metrics
CORNU_EXPORT_END
