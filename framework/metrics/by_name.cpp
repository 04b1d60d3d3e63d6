#include <memory>
#include <string>
#include <string_view>

#include <cornu/framework/losses/classification.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/metrics/accuracy.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/metrics/of_losses.hpp>
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
    row<metrics::MeanSquaredError>("MeanSquaredError", "mean_squared_error", "mse", "MSE"),
    row<metrics::RootMeanSquaredError>("RootMeanSquaredError", "root_mean_squared_error"),
    row<metrics::MeanAbsoluteError>("MeanAbsoluteError", "mean_absolute_error", "mae", "MAE"),
    row<metrics::BinaryCrossentropy>("BinaryCrossentropy", "binary_crossentropy", "bce", "BCE"),
    row<metrics::CategoricalCrossentropy>("CategoricalCrossentropy", "categorical_crossentropy"),
    row<metrics::SparseCategoricalCrossentropy>("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy"),
    row<metrics::CrossentropyByShapes>("", "crossentropy", "ce"),
};

}  // namespace

template <>
std::shared_ptr<Metric> from_name<Metric>(std::string_view name) {
  auto metric = detail::make_by_name("metric", name, table);
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
