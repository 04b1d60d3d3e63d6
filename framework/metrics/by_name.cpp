#include <cornu/framework/metrics/metric.hpp>

#include <cmath>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/names.hpp>

namespace cornu::metrics {

// ── means ───────────────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

// Averaged over the axes from `first` on.
Tensor mean_from(const Tensor& x, std::size_t first) {
  if (x.rank() <= first) return x;
  std::int64_t kept = 1;
  for (std::size_t axis = 0; axis < first; ++axis) kept *= x.shape()[axis];
  const Tensor rows = ops::mean(ops::reshape(x, {kept, kept == 0 ? 0 : x.size() / kept}), {.axis = -1});
  return ops::reshape(rows, x.shape().slice(0, first));
}

double sum_of(const Tensor& x) { return ops::sum(x).item<double>(); }

}  // namespace

void Mean::update_state(const Tensor& values, const Tensor& sample_weight) {
  const Tensor floats = is_floating(values.dtype()) ? values : ops::cast(values, float32);
  if (!sample_weight.defined()) {
    total_ += sum_of(mean_from(floats, 1));
    count_ += floats.rank() == 0 ? 1 : static_cast<double>(floats.dim(0));
    return;
  }
  auto [x, weight] = losses::squeeze_or_expand_to_same_rank(floats, ops::cast(sample_weight, floats.dtype()));
  x = mean_from(x, weight.rank());
  weight = ops::broadcast_to(weight, x.shape());
  total_ += sum_of(mean_from(x * weight, 1));
  count_ += sum_of(mean_from(weight, 1));
}

void Mean::update_state(double value, double weight) {
  total_ += value * weight;
  count_ += weight;
}

void MeanMetricWrapper::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  mean_.update_state(function_(y_true, stop_gradient(y_pred)), sample_weight);
}

std::shared_ptr<Metric> Metric::from_function(Function function) {
  return std::make_shared<MeanMetricWrapper>(std::move(function), "metric");
}

// ── accuracy ────────────────────────────────────────────────────────────────────────────────────────────────────────

namespace {
Tensor matches(const Tensor& a, const Tensor& b) { return ops::cast(ops::equal(a, b), float32); }
}  // namespace

Tensor accuracy(const Tensor& y_true, const Tensor& y_pred) {
  const auto [t, p] = losses::squeeze_or_expand_to_same_rank(ops::cast(y_true, y_pred.dtype()), y_pred);
  return matches(t, p);
}

Tensor binary_accuracy(const Tensor& y_true, const Tensor& y_pred, double threshold) {
  const auto [t, p] = losses::squeeze_or_expand_to_same_rank(y_true, y_pred);
  return matches(t, ops::cast(ops::greater(p, threshold), t.dtype()));
}

Tensor categorical_accuracy(const Tensor& y_true, const Tensor& y_pred) {
  return matches(ops::argmax(y_true), ops::argmax(y_pred));
}

Tensor sparse_categorical_accuracy(const Tensor& y_true, const Tensor& y_pred) {
  const bool extra = y_true.rank() == y_pred.rank() && y_true.dim(-1) == 1;
  const Tensor ids = extra ? ops::squeeze(y_true, -1) : y_true;
  return matches(ids, ops::cast(ops::argmax(y_pred), ids.dtype()));
}

Accuracy::Accuracy(AccuracyOptions options) : MeanMetricWrapper(accuracy, std::move(options.name)) {}

BinaryAccuracy::BinaryAccuracy(BinaryAccuracyOptions options)
    : MeanMetricWrapper(
          [threshold = options.threshold](const Tensor& y_true, const Tensor& y_pred) {
            return binary_accuracy(y_true, y_pred, threshold);
          },
          std::move(options.name)) {}

CategoricalAccuracy::CategoricalAccuracy(CategoricalAccuracyOptions options)
    : MeanMetricWrapper(categorical_accuracy, std::move(options.name)) {}

SparseCategoricalAccuracy::SparseCategoricalAccuracy(SparseCategoricalAccuracyOptions options)
    : MeanMetricWrapper(sparse_categorical_accuracy, std::move(options.name)) {}

// ── losses as metrics ───────────────────────────────────────────────────────────────────────────────────────────────

MeanSquaredError::MeanSquaredError(MeanSquaredErrorOptions options)
    : MeanMetricWrapper(losses::mean_squared_error, std::move(options.name)) {}

RootMeanSquaredError::RootMeanSquaredError(RootMeanSquaredErrorOptions options)
    : MeanMetricWrapper(
          [](const Tensor& y_true, const Tensor& y_pred) {
            const auto [t, p] = losses::squeeze_or_expand_to_same_rank(ops::cast(y_true, y_pred.dtype()), y_pred);
            return ops::squared_difference(t, p);
          },
          std::move(options.name)) {}
double RootMeanSquaredError::result() const { return std::sqrt(MeanMetricWrapper::result()); }

MeanAbsoluteError::MeanAbsoluteError(MeanAbsoluteErrorOptions options)
    : MeanMetricWrapper(losses::mean_absolute_error, std::move(options.name)) {}

BinaryCrossentropy::BinaryCrossentropy(BinaryCrossentropyOptions options)
    : MeanMetricWrapper(
          [options](const Tensor& y_true, const Tensor& y_pred) {
            return losses::binary_crossentropy(y_true, y_pred, options.from_logits, options.label_smoothing);
          },
          options.name) {}

CategoricalCrossentropy::CategoricalCrossentropy(CategoricalCrossentropyOptions options)
    : MeanMetricWrapper(
          [options](const Tensor& y_true, const Tensor& y_pred) {
            return losses::categorical_crossentropy(y_true, y_pred, options.from_logits, options.label_smoothing,
                                                    options.axis);
          },
          options.name) {}

SparseCategoricalCrossentropy::SparseCategoricalCrossentropy(SparseCategoricalCrossentropyOptions options)
    : MeanMetricWrapper(
          [options](const Tensor& y_true, const Tensor& y_pred) {
            return losses::sparse_categorical_crossentropy(y_true, y_pred, options.from_logits, options.ignore_class,
                                                           options.axis);
          },
          options.name) {}

// ── by name ─────────────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

// One of three functions, whichever fits the shapes of each batch.
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
      {detail::make_default<Metric, BinaryAccuracy>, {"binary_accuracy", "BinaryAccuracy"}},
      {detail::make_default<Metric, CategoricalAccuracy>, {"categorical_accuracy", "CategoricalAccuracy"}},
      {detail::make_default<Metric, SparseCategoricalAccuracy>,
       {"sparse_categorical_accuracy", "SparseCategoricalAccuracy"}},
      {detail::make_default<Metric, MeanSquaredError>, {"mean_squared_error", "MeanSquaredError", "mse", "MSE"}},
      {detail::make_default<Metric, RootMeanSquaredError>, {"root_mean_squared_error", "RootMeanSquaredError"}},
      {detail::make_default<Metric, MeanAbsoluteError>, {"mean_absolute_error", "MeanAbsoluteError", "mae", "MAE"}},
      {detail::make_default<Metric, BinaryCrossentropy>, {"binary_crossentropy", "BinaryCrossentropy", "bce", "BCE"}},
      {detail::make_default<Metric, CategoricalCrossentropy>, {"categorical_crossentropy", "CategoricalCrossentropy"}},
      {detail::make_default<Metric, SparseCategoricalCrossentropy>,
       {"sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"}},
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
