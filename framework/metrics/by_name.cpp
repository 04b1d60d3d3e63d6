#include <fmt/core.h>

#include <memory>
#include <string>
#include <string_view>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/classification.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/metrics/accuracy.hpp>
#include <cornu/framework/metrics/at_threshold.hpp>
#include <cornu/framework/metrics/auc.hpp>
#include <cornu/framework/metrics/confusion.hpp>
#include <cornu/framework/metrics/correlation.hpp>
#include <cornu/framework/metrics/f_score.hpp>
#include <cornu/framework/metrics/iou.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/metrics/of_losses.hpp>
#include <cornu/framework/metrics/r2_score.hpp>
#include <cornu/framework/registry/names.hpp>

namespace cornu::metrics {

namespace {

// One of three functions: the one that fits the shapes of each batch.
template <bool more, auto binary, auto categorical, auto sparse_categorical>
class ByShapes final : public MeanMetricWrapper {
 public:
  ByShapes() : MeanMetricWrapper(function, "", false) {}
  Config to_config() const override { return name(); }  // Keras has no class for it
  std::optional<bool> more_is_better() const override { return more; }

 private:
  static Tensor function(const Tensor& y_true, const Tensor& y_pred) {
    const losses::LabelKind kind = losses::label_kind(y_true.shape(), y_pred.shape());
    if (kind == losses::LabelKind::binary) return binary(y_true, y_pred);
    if (kind == losses::LabelKind::sparse_categorical) return sparse_categorical(y_true, y_pred);
    return categorical(y_true, y_pred);
  }
};

Tensor binary_accuracy_at_half(const Tensor& y_true, const Tensor& y_pred) { return binary_accuracy(y_true, y_pred); }
Tensor binary_crossentropy(const Tensor& y_true, const Tensor& y_pred) {
  return losses::binary_crossentropy(y_true, y_pred);
}
Tensor categorical_crossentropy(const Tensor& y_true, const Tensor& y_pred) {
  return losses::categorical_crossentropy(y_true, y_pred);
}
Tensor sparse_categorical_crossentropy(const Tensor& y_true, const Tensor& y_pred) {
  return losses::sparse_categorical_crossentropy(y_true, y_pred);
}

using AccuracyByShapes = ByShapes<true, binary_accuracy_at_half, categorical_accuracy, sparse_categorical_accuracy>;
using CrossentropyByShapes =
    ByShapes<false, binary_crossentropy, categorical_crossentropy, sparse_categorical_crossentropy>;

}  // namespace

}  // namespace cornu::metrics

namespace cornu {

using metrics::Metric;

namespace {

template <class T>
constexpr detail::Named<Metric> row(auto... names) {
  return detail::named<Metric, T>(names...);
}

// Keras has "crossentropy" for losses alone, so it opens a file with this metric, and refuses to train.
// The name "Accuracy" means the one that fits the shapes, an object of that class the class.
constexpr detail::Named<Metric> table[] = {
    {nullptr, detail::make_from_config<Metric, metrics::Accuracy>, "Accuracy", &typeid(metrics::Accuracy)},
    row<metrics::AccuracyByShapes>("", "accuracy", "acc", "Accuracy"),
    row<metrics::BinaryAccuracy>("BinaryAccuracy", "binary_accuracy"),
    row<metrics::CategoricalAccuracy>("CategoricalAccuracy", "categorical_accuracy"),
    row<metrics::SparseCategoricalAccuracy>("SparseCategoricalAccuracy", "sparse_categorical_accuracy"),
    row<metrics::TopKCategoricalAccuracy>("TopKCategoricalAccuracy", "top_k_categorical_accuracy"),
    row<metrics::SparseTopKCategoricalAccuracy>("SparseTopKCategoricalAccuracy", "sparse_top_k_categorical_accuracy"),
    row<metrics::MeanSquaredError>("MeanSquaredError", "mean_squared_error", "mse", "MSE"),
    row<metrics::RootMeanSquaredError>("RootMeanSquaredError", "root_mean_squared_error"),
    row<metrics::MeanAbsoluteError>("MeanAbsoluteError", "mean_absolute_error", "mae", "MAE"),
    row<metrics::MeanAbsolutePercentageError>("MeanAbsolutePercentageError", "mean_absolute_percentage_error", "mape",
                                              "MAPE"),
    row<metrics::MeanSquaredLogarithmicError>("MeanSquaredLogarithmicError", "mean_squared_logarithmic_error", "msle",
                                              "MSLE"),
    row<metrics::CosineSimilarity>("CosineSimilarity", "cosine_similarity"),
    row<metrics::LogCoshError>("LogCoshError", "log_cosh_error"),
    row<metrics::R2Score>("R2Score", "r2_score"),
    row<metrics::PearsonCorrelation>("PearsonCorrelation", "pearson_correlation"),
    row<metrics::ConcordanceCorrelation>("ConcordanceCorrelation", "concordance_correlation"),
    row<metrics::Hinge>("Hinge", "hinge"),
    row<metrics::SquaredHinge>("SquaredHinge", "squared_hinge"),
    row<metrics::CategoricalHinge>("CategoricalHinge", "categorical_hinge"),
    row<metrics::KLDivergence>("KLDivergence", "kl_divergence"),
    row<metrics::Poisson>("Poisson", "poisson"),
    row<metrics::BinaryCrossentropy>("BinaryCrossentropy", "binary_crossentropy", "bce", "BCE"),
    row<metrics::CategoricalCrossentropy>("CategoricalCrossentropy", "categorical_crossentropy"),
    row<metrics::SparseCategoricalCrossentropy>("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy"),
    row<metrics::TruePositives>("TruePositives", "true_positives"),
    row<metrics::TrueNegatives>("TrueNegatives", "true_negatives"),
    row<metrics::FalsePositives>("FalsePositives", "false_positives"),
    row<metrics::FalseNegatives>("FalseNegatives", "false_negatives"),
    row<metrics::Precision>("Precision", "precision"),
    row<metrics::Recall>("Recall", "recall"),
    row<metrics::PrecisionAtRecall>("PrecisionAtRecall"),
    row<metrics::RecallAtPrecision>("RecallAtPrecision"),
    row<metrics::SensitivityAtSpecificity>("SensitivityAtSpecificity"),
    row<metrics::SpecificityAtSensitivity>("SpecificityAtSensitivity"),
    row<metrics::AUC>("AUC", "auc"),
    row<metrics::F1Score>("F1Score", "f1_score"),
    row<metrics::FBetaScore>("FBetaScore", "f_beta_score"),
    row<metrics::IoU>("IoU"),
    row<metrics::BinaryIoU>("BinaryIoU", "binary_io_u"),
    row<metrics::MeanIoU>("MeanIoU"),
    row<metrics::OneHotIoU>("OneHotIoU"),
    row<metrics::OneHotMeanIoU>("OneHotMeanIoU"),
    row<metrics::CrossentropyByShapes>("", "crossentropy", "ce"),
};

}  // namespace

namespace {

// Keras has these two among its metrics, and in compile() they would take the predictions for weights.
void refuse_metric_of_values(std::string_view name) {
  const std::string_view found = detail::in_any_case(name, {"Mean", "Sum"});
  if (found != "Mean" && found != "Sum") return;
  throw ValueError("metric",
                   fmt::format("{} is of values, not of labels and predictions; got '{}'; expected a metric of "
                               "both; use metrics::{} in a loop of your own",
                               found, name, found));
}

}  // namespace

template <>
std::shared_ptr<Metric> from_name<Metric>(std::string_view name) {
  refuse_metric_of_values(name);
  auto metric = detail::make_by_name("metric", detail::in_any_case(name, {"acc", "accuracy"}), table);
  metric->set_given_name(std::string(name));
  return metric;
}

template <>
std::shared_ptr<Metric> from_config<Metric>(const ConfigView& object) {
  return detail::make_from_table("metric", object, table);
}

template <>
std::vector<std::string_view> detail::class_names<Metric>() {
  return class_names_in(table);
}

template class Handle<metrics::Metric>;

}  // namespace cornu
