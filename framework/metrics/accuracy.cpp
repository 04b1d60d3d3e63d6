#include <cornu/framework/metrics/accuracy.hpp>

#include <utility>

#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::metrics {

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

}  // namespace cornu::metrics
