#include <cornu/framework/metrics/accuracy.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/metrics/object.hpp>
#include <cornu/framework/metrics/top_k.hpp>
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

Tensor top_k_categorical_accuracy(const Tensor& y_true, const Tensor& y_pred, std::int64_t k) {
  const auto [t, p] = losses::of_same_shape("top_k_categorical_accuracy", y_true, y_pred);
  return in_top_k("top_k_categorical_accuracy", ops::argmax(t), p, k);
}

Tensor sparse_top_k_categorical_accuracy(const Tensor& y_true, const Tensor& y_pred, std::int64_t k,
                                         bool from_sorted_ids) {
  const char* const where = "sparse_top_k_categorical_accuracy";
  const bool extra = y_true.rank() > 0 && y_true.rank() == y_pred.rank() && y_true.dim(-1) == 1;
  const Tensor ids = extra ? ops::squeeze(y_true, -1) : y_true;
  return from_sorted_ids ? in_first_k(where, ids, y_pred, k) : in_top_k(where, ids, y_pred, k);
}

Accuracy::Accuracy(cornu::detail::NoOptions) : Accuracy() {}
Accuracy::Accuracy(AccuracyOptions options) : MeanMetricWrapper(accuracy, std::move(options.name), false) {}

BinaryAccuracy::BinaryAccuracy(cornu::detail::NoOptions) : BinaryAccuracy() {}
BinaryAccuracy::BinaryAccuracy(BinaryAccuracyOptions options)
    : MeanMetricWrapper(
          [threshold = options.threshold](const Tensor& y_true, const Tensor& y_pred) {
            return binary_accuracy(y_true, y_pred, threshold);
          },
          options.name, false),
      options_(options) {}

CategoricalAccuracy::CategoricalAccuracy(cornu::detail::NoOptions) : CategoricalAccuracy() {}
CategoricalAccuracy::CategoricalAccuracy(CategoricalAccuracyOptions options)
    : MeanMetricWrapper(categorical_accuracy, std::move(options.name), false) {}

SparseCategoricalAccuracy::SparseCategoricalAccuracy(cornu::detail::NoOptions) : SparseCategoricalAccuracy() {}
SparseCategoricalAccuracy::SparseCategoricalAccuracy(SparseCategoricalAccuracyOptions options)
    : MeanMetricWrapper(sparse_categorical_accuracy, std::move(options.name), false) {}

namespace {

std::int64_t checked_k(const char* metric, std::int64_t k) {
  if (k < 1) throw ValueError(metric, fmt::format("k must be 1 or more; got {}", k));
  return k;
}

}  // namespace

TopKCategoricalAccuracy::TopKCategoricalAccuracy(cornu::detail::NoOptions) : TopKCategoricalAccuracy() {}
TopKCategoricalAccuracy::TopKCategoricalAccuracy(TopKCategoricalAccuracyOptions options)
    : MeanMetricWrapper(
          [k = checked_k("TopKCategoricalAccuracy", options.k)](const Tensor& y_true, const Tensor& y_pred) {
            return top_k_categorical_accuracy(y_true, y_pred, k);
          },
          options.name, false),
      options_(options) {}

SparseTopKCategoricalAccuracy::SparseTopKCategoricalAccuracy(cornu::detail::NoOptions)
    : SparseTopKCategoricalAccuracy() {}
SparseTopKCategoricalAccuracy::SparseTopKCategoricalAccuracy(SparseTopKCategoricalAccuracyOptions options)
    : MeanMetricWrapper(
          [k = checked_k("SparseTopKCategoricalAccuracy", options.k), from_sorted_ids = options.from_sorted_ids](
              const Tensor& y_true, const Tensor& y_pred) {
            return sparse_top_k_categorical_accuracy(y_true, y_pred, k, from_sorted_ids);
          },
          options.name, false),
      options_(options) {}

namespace {
constexpr auto top_k_option = [](auto& option, auto& options) { option("k", options.k); };
constexpr auto sparse_top_k_options = [](auto& option, auto& options) {
  option("k", options.k);
  option.unless_usual("from_sorted_ids", options.from_sorted_ids, false);
};
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

Config TopKCategoricalAccuracy::to_config() const {
  return metric_object(*this, "TopKCategoricalAccuracy", top_k_option, options_);
}
std::shared_ptr<TopKCategoricalAccuracy> TopKCategoricalAccuracy::from_config(const ConfigView& config) {
  return metric_from<TopKCategoricalAccuracy, TopKCategoricalAccuracyOptions>(config, top_k_option);
}

Config SparseTopKCategoricalAccuracy::to_config() const {
  return metric_object(*this, "SparseTopKCategoricalAccuracy", sparse_top_k_options, options_);
}
std::shared_ptr<SparseTopKCategoricalAccuracy> SparseTopKCategoricalAccuracy::from_config(const ConfigView& config) {
  return metric_from<SparseTopKCategoricalAccuracy, SparseTopKCategoricalAccuracyOptions>(config, sparse_top_k_options);
}

}  // namespace cornu::metrics
