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

template <class T>
constexpr auto make = detail::make_default<Metric, T>;

// One of three functions: the one that fits the shapes of each batch.
template <auto binary, auto categorical, auto sparse_categorical>
std::shared_ptr<Metric> make_by_shapes() {
  const auto function = [](const Tensor& y_true, const Tensor& y_pred) {
    const losses::LabelKind kind = losses::label_kind(y_true.shape(), y_pred.shape());
    if (kind == losses::LabelKind::binary) return binary(y_true, y_pred);
    if (kind == losses::LabelKind::sparse_categorical) return sparse_categorical(y_true, y_pred);
    return categorical(y_true, y_pred);
  };
  return std::make_shared<MeanMetricWrapper>(function, "");
}

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

}  // namespace

}  // namespace cornu::metrics

namespace cornu {

template <>
std::shared_ptr<metrics::Metric> from_name<metrics::Metric>(std::string_view name) {
  using namespace metrics;
  static constexpr detail::Named<Metric> table[] = {
      {make_by_shapes<binary_accuracy_at_half, categorical_accuracy, sparse_categorical_accuracy>,
       {"accuracy", "acc", "Accuracy"}},
      {make<BinaryAccuracy>, {"binary_accuracy", "BinaryAccuracy"}},
      {make<CategoricalAccuracy>, {"categorical_accuracy", "CategoricalAccuracy"}},
      {make<SparseCategoricalAccuracy>, {"sparse_categorical_accuracy", "SparseCategoricalAccuracy"}},
      {make<MeanSquaredError>, {"mean_squared_error", "MeanSquaredError", "mse", "MSE"}},
      {make<RootMeanSquaredError>, {"root_mean_squared_error", "RootMeanSquaredError"}},
      {make<MeanAbsoluteError>, {"mean_absolute_error", "MeanAbsoluteError", "mae", "MAE"}},
      {make<BinaryCrossentropy>, {"binary_crossentropy", "BinaryCrossentropy", "bce", "BCE"}},
      {make<CategoricalCrossentropy>, {"categorical_crossentropy", "CategoricalCrossentropy"}},
      {make<SparseCategoricalCrossentropy>, {"sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"}},
      {make_by_shapes<metrics::binary_crossentropy, metrics::categorical_crossentropy,
                      metrics::sparse_categorical_crossentropy>,
       {"crossentropy", "ce"}},
  };
  auto metric = detail::make_by_name("metric", name, table);
  metric->set_name(std::string(name));
  return metric;
}

template class Handle<metrics::Metric>;

}  // namespace cornu
