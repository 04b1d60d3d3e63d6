#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// How often predictions are right.
namespace cornu::metrics {

struct AccuracyOptions {
  std::string name = "accuracy";
};
/// How often y_pred equals y_true. The name "accuracy" makes the accuracy that fits the shapes instead.
class Accuracy final : public MeanMetricWrapper {
 public:
  explicit Accuracy(AccuracyOptions options = {});
  /// `Accuracy({})`: the defaults.
  explicit Accuracy(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<Accuracy> from_config(const ConfigView& config);
};

struct BinaryAccuracyOptions {
  std::string name = "binary_accuracy";
  double threshold = 0.5;
};
/// How often y_pred > threshold equals y_true, which is 0 or 1. "binary_accuracy".
class BinaryAccuracy final : public MeanMetricWrapper {
 public:
  explicit BinaryAccuracy(BinaryAccuracyOptions options = {});
  /// `BinaryAccuracy({})`: the defaults.
  explicit BinaryAccuracy(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<BinaryAccuracy> from_config(const ConfigView& config);

 private:
  BinaryAccuracyOptions options_;
};

struct CategoricalAccuracyOptions {
  std::string name = "categorical_accuracy";
};
/// How often the largest of y_pred stands where the largest of y_true does. "categorical_accuracy".
class CategoricalAccuracy final : public MeanMetricWrapper {
 public:
  explicit CategoricalAccuracy(CategoricalAccuracyOptions options = {});
  /// `CategoricalAccuracy({})`: the defaults.
  explicit CategoricalAccuracy(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<CategoricalAccuracy> from_config(const ConfigView& config);
};

struct SparseCategoricalAccuracyOptions {
  std::string name = "sparse_categorical_accuracy";
};
/// How often the largest of y_pred stands at the class id y_true. "sparse_categorical_accuracy".
class SparseCategoricalAccuracy final : public MeanMetricWrapper {
 public:
  explicit SparseCategoricalAccuracy(SparseCategoricalAccuracyOptions options = {});
  /// `SparseCategoricalAccuracy({})`: the defaults.
  explicit SparseCategoricalAccuracy(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<SparseCategoricalAccuracy> from_config(const ConfigView& config);
};

struct TopKCategoricalAccuracyOptions {
  std::int64_t k = 5;
  std::string name = "top_k_categorical_accuracy";
};
/// How often the place of the largest of y_true is among those of the k largest of y_pred, ties counted as among them;
/// a row with NaN in it is wrong. Throws ValueError for a k below 1. "top_k_categorical_accuracy".
class TopKCategoricalAccuracy final : public MeanMetricWrapper {
 public:
  explicit TopKCategoricalAccuracy(TopKCategoricalAccuracyOptions options = {});
  /// `TopKCategoricalAccuracy({})`: the defaults.
  explicit TopKCategoricalAccuracy(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<TopKCategoricalAccuracy> from_config(const ConfigView& config);

 private:
  TopKCategoricalAccuracyOptions options_;
};

struct SparseTopKCategoricalAccuracyOptions {
  std::int64_t k = 5;
  std::string name = "sparse_top_k_categorical_accuracy";
  bool from_sorted_ids = false;  ///< y_pred are class ids, the likeliest first, not a number for each class
};
/// How often the class id y_true is among those of the k largest of y_pred, as TopKCategoricalAccuracy. Throws
/// ValueError for a k below 1. "sparse_top_k_categorical_accuracy".
class SparseTopKCategoricalAccuracy final : public MeanMetricWrapper {
 public:
  explicit SparseTopKCategoricalAccuracy(SparseTopKCategoricalAccuracyOptions options = {});
  /// `SparseTopKCategoricalAccuracy({})`: the defaults.
  explicit SparseTopKCategoricalAccuracy(cornu::detail::NoOptions);
  Config to_config() const override;
  static std::shared_ptr<SparseTopKCategoricalAccuracy> from_config(const ConfigView& config);

 private:
  SparseTopKCategoricalAccuracyOptions options_;
};

// The same as functions: 1 where a prediction is right, 0 elsewhere.

Tensor accuracy(const Tensor& y_true, const Tensor& y_pred);
Tensor binary_accuracy(const Tensor& y_true, const Tensor& y_pred, double threshold = 0.5);
Tensor categorical_accuracy(const Tensor& y_true, const Tensor& y_pred);
Tensor sparse_categorical_accuracy(const Tensor& y_true, const Tensor& y_pred);
Tensor top_k_categorical_accuracy(const Tensor& y_true, const Tensor& y_pred, std::int64_t k = 5);
Tensor sparse_top_k_categorical_accuracy(const Tensor& y_true, const Tensor& y_pred, std::int64_t k = 5,
                                         bool from_sorted_ids = false);

}  // namespace cornu::metrics
CORNU_EXPORT_END
