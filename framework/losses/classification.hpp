#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Losses of predictions that are probabilities of classes, or their logits. In the formulas t is y_true, p is y_pred,
/// and ε = 1e-7. Probabilities are taken as they are, so that one which a sigmoid or softmax has rounded to the wrong
/// end has a loss of 16 and no gradient, as with Keras on JAX and PyTorch; on TensorFlow Keras looks for the logits
/// behind them. For the true loss let a model give logits, and say from_logits = true.
namespace cornu::losses {

struct BinaryCrossentropyOptions {
  bool from_logits = false;    ///< p is a logit; otherwise a probability
  double label_smoothing = 0;  ///< s in 0 … 1: t becomes t·(1 − s) + s/2
  std::int64_t axis = -1;      ///< the mean is taken along it
  Reduction reduction = "sum_over_batch_size";
  std::string name = "binary_crossentropy";
};

/// mean(−t·ln p − (1 − t)·ln(1 − p)) along an axis, p clipped to ε … 1 − ε; for logits the mean of
/// −t·ln σ(p) − (1 − t)·ln σ(−p). Labels must lie in 0 … 1; check_labels throws ValueError otherwise. Throws ValueError
/// for a label_smoothing outside 0 … 1. "binary_crossentropy", "bce", "BCE".
class BinaryCrossentropy final : public Loss {
 public:
  explicit BinaryCrossentropy(BinaryCrossentropyOptions options = {});
  /// `BinaryCrossentropy({})`: the defaults.
  explicit BinaryCrossentropy(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<BinaryCrossentropy> from_config(const ConfigView& config);

 private:
  BinaryCrossentropyOptions options_;
};

struct CategoricalCrossentropyOptions {
  bool from_logits = false;    ///< p are logits; otherwise probabilities
  double label_smoothing = 0;  ///< s in 0 … 1: t becomes t·(1 − s) + s/classes
  std::int64_t axis = -1;      ///< of the classes
  Reduction reduction = "sum_over_batch_size";
  std::string name = "categorical_crossentropy";
};

/// −Σ t·ln p over the classes, p divided by its sum and clipped to ε … 1 − ε; for logits ln p is log_softmax(p).
/// t holds one number for each class, as one_hot gives them. Throws ValueError for a label_smoothing outside 0 … 1.
/// "categorical_crossentropy".
class CategoricalCrossentropy final : public Loss {
 public:
  explicit CategoricalCrossentropy(CategoricalCrossentropyOptions options = {});
  /// `CategoricalCrossentropy({})`: the defaults.
  explicit CategoricalCrossentropy(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<CategoricalCrossentropy> from_config(const ConfigView& config);

 private:
  CategoricalCrossentropyOptions options_;
};

struct SparseCategoricalCrossentropyOptions {
  bool from_logits = false;                       ///< p are logits; otherwise probabilities
  std::optional<std::int64_t> ignore_class = {};  ///< labels to ignore
  Reduction reduction = "sum_over_batch_size";
  std::int64_t axis = -1;  ///< of the classes
  std::string name = "sparse_categorical_crossentropy";
};

/// −ln p[t] for class ids t, (n, …) or (n, …, 1): the same as CategoricalCrossentropy of one_hot(t). An id outside
/// 0 … classes-1, or that is not whole, throws IndexError. "sparse_categorical_crossentropy".
class SparseCategoricalCrossentropy final : public Loss {
 public:
  explicit SparseCategoricalCrossentropy(SparseCategoricalCrossentropyOptions options = {});
  /// `SparseCategoricalCrossentropy({})`: the defaults.
  explicit SparseCategoricalCrossentropy(cornu::detail::NoOptions);
  /// As they are.
  std::pair<Tensor, Tensor> aligned(const Tensor& y_true, const Tensor& y_pred) const override;
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  Tensor compute_mask(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<SparseCategoricalCrossentropy> from_config(const ConfigView& config);

 private:
  SparseCategoricalCrossentropyOptions options_;
};

// The same as functions: one loss for each sample.

Tensor binary_crossentropy(const Tensor& y_true, const Tensor& y_pred, bool from_logits = false,
                           double label_smoothing = 0, std::int64_t axis = -1);
Tensor categorical_crossentropy(const Tensor& y_true, const Tensor& y_pred, bool from_logits = false,
                                double label_smoothing = 0, std::int64_t axis = -1);
Tensor sparse_categorical_crossentropy(const Tensor& y_true, const Tensor& y_pred, bool from_logits = false,
                                       std::optional<std::int64_t> ignore_class = {}, std::int64_t axis = -1);

}  // namespace cornu::losses
CORNU_EXPORT_END
