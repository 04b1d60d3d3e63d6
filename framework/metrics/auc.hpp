#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/metrics/confusion.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::metrics {

struct AUCOptions {
  std::int64_t num_thresholds = 200;               ///< at equal distances; those given and two more otherwise
  std::string curve = "ROC";                       ///< or "PR", "PRGAIN"
  std::string summation_method = "interpolation";  ///< or "minoring", "majoring": below or above the curve
  std::string name = "auc";
  std::vector<double> thresholds = {};          ///< in 0 … 1; 0 and 1 stand beside them
  bool multi_label = false;                     ///< whether each column has a curve, of which the mean is taken
  std::optional<std::int64_t> num_labels = {};  ///< how many columns there are
  std::vector<double> label_weights = {};       ///< of the columns, in that mean; otherwise of the elements
  bool from_logits = false;                     ///< predictions are logits; otherwise probabilities
};

/// The area under a curve of thresholds: of recall over the share of false positives ("ROC"), which is about the
/// probability that a positive sample has a larger prediction than a negative one; of precision over recall ("PR"), or
/// of the gains of both ("PRGAIN"; Flach and Kull, 2015). It is exact up to the distance of the thresholds. Of one
/// class alone it is 0, but 1 for the precision of positives. Labels are 0 and 1; one outside of that range is refused,
/// where Keras counts it as a 1. Predictions outside of it count as the nearer end, and the log says so once. Throws
/// ValueError for less than 2 thresholds, thresholds outside 0 … 1, another curve or method, and num_labels without
/// multi_label; the update ShapeError for another number of labels than before. "AUC", "auc".
class AUC final : public ConfusionMetric {
 public:
  explicit AUC(AUCOptions options = {});
  /// `AUC({})`: the defaults.
  explicit AUC(cornu::detail::NoOptions);
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  Tensor results() const override;
  Config to_config() const override;
  static std::shared_ptr<AUC> from_config(const ConfigView& config);

 private:
  void require_labels(const Shape& y_pred) const;
  double area_of(std::size_t label) const;

  AUCOptions options_;
  bool has_said_outside_ = false;
};

}  // namespace cornu::metrics
CORNU_EXPORT_END
