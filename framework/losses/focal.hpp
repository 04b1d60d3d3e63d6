#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/tensor/list.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Cross-entropies in which what is right already counts less (Lin and others, 2017, "Focal Loss for Dense Object
/// Detection"). In the formulas t is y_true, p is y_pred or the probability of it as a logit, and ε = 1e-7.
namespace cornu::losses {

struct BinaryFocalCrossentropyOptions {
  bool apply_class_balancing = false;  ///< whether alpha counts
  double alpha = 0.25;                 ///< weight of the labels 1; the labels 0 weigh 1 − alpha
  double gamma = 2;                    ///< 0 is the cross-entropy
  bool from_logits = false;            ///< p is a logit; otherwise a probability
  double label_smoothing = 0;          ///< s in 0 … 1: t becomes t·(1 − s) + s/2
  std::int64_t axis = -1;              ///< the mean is taken along it
  Reduction reduction = "sum_over_batch_size";
  std::string name = "binary_focal_crossentropy";
};

/// mean((1 − q)^γ · b) along an axis, where q = t·p + (1 − t)·(1 − p) and b = −t·ln p − (1 − t)·ln(1 − p), p in b
/// clipped to ε … 1 − ε; with class balancing times α·t + (1 − α)·(1 − t). check_labels throws ValueError for labels
/// outside 0 … 1. Throws ValueError for a label_smoothing outside 0 … 1 and for a negative gamma.
/// "binary_focal_crossentropy".
class BinaryFocalCrossentropy final : public Loss {
 public:
  explicit BinaryFocalCrossentropy(BinaryFocalCrossentropyOptions options = {});
  /// `BinaryFocalCrossentropy({})`: the defaults.
  explicit BinaryFocalCrossentropy(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<BinaryFocalCrossentropy> from_config(const ConfigView& config);

 private:
  BinaryFocalCrossentropyOptions options_;
};

struct CategoricalFocalCrossentropyOptions {
  List<double> alpha = 0.25;   ///< weight of all classes, or one for each
  double gamma = 2;            ///< 0 is the cross-entropy
  bool from_logits = false;    ///< p are logits; otherwise probabilities
  double label_smoothing = 0;  ///< s in 0 … 1: t becomes t·(1 − s) + s/classes
  std::int64_t axis = -1;      ///< of the classes
  Reduction reduction = "sum_over_batch_size";
  std::string name = "categorical_focal_crossentropy";
};

/// −Σ α·(1 − p)^γ·t·ln p over the classes, p divided by its sum and clipped to ε … 1 − ε. t holds one number for each
/// class, as one_hot gives them. Throws ValueError for a label_smoothing outside 0 … 1, a negative gamma and no alpha;
/// the call throws ShapeError for another number of alphas than of classes. "categorical_focal_crossentropy".
class CategoricalFocalCrossentropy final : public Loss {
 public:
  explicit CategoricalFocalCrossentropy(CategoricalFocalCrossentropyOptions options = {});
  /// `CategoricalFocalCrossentropy({})`: the defaults.
  explicit CategoricalFocalCrossentropy(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<CategoricalFocalCrossentropy> from_config(const ConfigView& config);

 private:
  CategoricalFocalCrossentropyOptions options_;
};

// The same as functions: one loss for each sample.

Tensor binary_focal_crossentropy(const Tensor& y_true, const Tensor& y_pred, bool apply_class_balancing = false,
                                 double alpha = 0.25, double gamma = 2, bool from_logits = false,
                                 double label_smoothing = 0, std::int64_t axis = -1);
Tensor categorical_focal_crossentropy(const Tensor& y_true, const Tensor& y_pred, const List<double>& alpha = 0.25,
                                      double gamma = 2, bool from_logits = false, double label_smoothing = 0,
                                      std::int64_t axis = -1);

}  // namespace cornu::losses
CORNU_EXPORT_END
