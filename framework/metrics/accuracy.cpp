#include <cornu/framework/metrics/accuracy.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/metrics/object.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::metrics {

namespace {
Tensor matches(const Tensor& a, const Tensor& b) { return ops::cast(ops::equal(a, b), float32); }
}  // namespace

Tensor accuracy(const Tensor& y_true, const Tensor& y_pred) {
  const bool are_integers = is_integer(y_true.dtype()) && is_integer(y_pred.dtype());
  const DType dtype = are_integers ? int64 : y_pred.dtype();
  const auto [t, p] = losses::of_same_shape("accuracy", ops::cast(y_true, dtype), ops::cast(y_pred, dtype));
  return matches(t, p);
}

Tensor binary_accuracy(const Tensor& y_true, const Tensor& y_pred, double threshold) {
  const auto [t, p] = losses::of_same_shape("binary_accuracy", y_true, y_pred);
  return matches(t, ops::cast(ops::greater(p, threshold), t.dtype()));
}

Tensor categorical_accuracy(const Tensor& y_true, const Tensor& y_pred) {
  const auto [t, p] = losses::of_same_shape("categorical_accuracy", y_true, y_pred);
  return matches(ops::argmax(t), ops::argmax(p));
}

Tensor sparse_categorical_accuracy(const Tensor& y_true, const Tensor& y_pred) {
  const bool extra = y_true.rank() > 0 && y_true.rank() == y_pred.rank() && y_true.dim(-1) == 1;
  Tensor ids = extra ? ops::squeeze(y_true, -1) : y_true;
  if (ids.dtype() == boolean) ids = ops::cast(ids, int32);
  const Tensor found = ops::argmax(y_pred);
  if (ids.shape() != found.shape())
    throw ShapeError("sparse_categorical_accuracy",
                     fmt::format("labels do not fit the predictions; got y_true {} and y_pred {}; expected class ids "
                                 "of shape {}; for one-hot labels use categorical_accuracy",
                                 y_true.shape(), y_pred.shape(), found.shape()));
  return matches(ids, ops::cast(found, ids.dtype()));
}

Accuracy::Accuracy(AccuracyOptions options) : MeanMetricWrapper(accuracy, std::move(options.name), false) {}

BinaryAccuracy::BinaryAccuracy(BinaryAccuracyOptions options)
    : MeanMetricWrapper(
          [threshold = options.threshold](const Tensor& y_true, const Tensor& y_pred) {
            return binary_accuracy(y_true, y_pred, threshold);
          },
          options.name, false),
      options_(options) {}

CategoricalAccuracy::CategoricalAccuracy(CategoricalAccuracyOptions options)
    : MeanMetricWrapper(categorical_accuracy, std::move(options.name), false) {}

SparseCategoricalAccuracy::SparseCategoricalAccuracy(SparseCategoricalAccuracyOptions options)
    : MeanMetricWrapper(sparse_categorical_accuracy, std::move(options.name), false) {}

namespace {
constexpr auto threshold_option = [](auto& option, auto& options) { option("threshold", options.threshold); };
}  // namespace

Config Accuracy::to_config() const { return metric_object(*this, "Accuracy", no_option); }
std::shared_ptr<Accuracy> Accuracy::from_config(const ConfigView& config) {
  return metric_from<Accuracy, AccuracyOptions>(config, no_option);
}

Config BinaryAccuracy::to_config() const { return metric_object(*this, "BinaryAccuracy", threshold_option, options_); }
std::shared_ptr<BinaryAccuracy> BinaryAccuracy::from_config(const ConfigView& config) {
  return metric_from<BinaryAccuracy, BinaryAccuracyOptions>(config, threshold_option);
}

Config CategoricalAccuracy::to_config() const { return metric_object(*this, "CategoricalAccuracy", no_option); }
std::shared_ptr<CategoricalAccuracy> CategoricalAccuracy::from_config(const ConfigView& config) {
  return metric_from<CategoricalAccuracy, CategoricalAccuracyOptions>(config, no_option);
}

Config SparseCategoricalAccuracy::to_config() const {
  return metric_object(*this, "SparseCategoricalAccuracy", no_option);
}
std::shared_ptr<SparseCategoricalAccuracy> SparseCategoricalAccuracy::from_config(const ConfigView& config) {
  return metric_from<SparseCategoricalAccuracy, SparseCategoricalAccuracyOptions>(config, no_option);
}

}  // namespace cornu::metrics
