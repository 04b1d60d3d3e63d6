#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <cornu/framework/registry/handle.hpp>
#include <cornu/framework/tensor/tensor.hpp>

/// What a training makes small. Where a Handle<Loss> is expected, Keras's name does ("mse"), an object, or any function
/// of y_true and y_pred that gives one loss a sample:
///
///     model.compile("adam", losses::BinaryCrossentropy({.label_smoothing = 0.1}));
///
/// Labels may be of any dtype (they are cast to the predictions'), and (n,) where predictions are (n, 1) or the other
/// way round. In the formulas t is y_true, p is y_pred, and ε = 1e-7.
namespace cornu::losses {

/// How the losses of a batch become one number: "sum_over_batch_size" or "mean" (divided by their number), "sum",
/// "mean_with_sample_weight" (divided by the sum of the weights), "none" (left as they are). Throws ValueError for any
/// other name.
class Reduction {
 public:
  enum class Kind { sum_over_batch_size, sum, mean_with_sample_weight, none };

  Reduction(const char* name) : Reduction(std::string_view(name)) {}         // NOLINT(google-explicit-constructor)
  Reduction(const std::string& name) : Reduction(std::string_view(name)) {}  // NOLINT(google-explicit-constructor)
  Kind kind() const { return kind_; }

 private:
  explicit Reduction(std::string_view name);

  Kind kind_;
};

/// Derive from it and give call(), or pass a function.
class Loss {
 public:
  using Function = std::function<Tensor(const Tensor& y_true, const Tensor& y_pred)>;

  explicit Loss(std::string name, Reduction reduction = "sum_over_batch_size")
      : name_(std::move(name)), reduction_(reduction) {}
  virtual ~Loss() = default;

  /// The losses of call(), times sample_weight (of their shape, or (n,), or (n, 1)), reduced to a scalar unless the
  /// reduction is "none". `mask` is bool, of their shape: where it is false a loss does not count, neither in the sum
  /// nor in the number it is divided by; where it is false everywhere the result is 0. Throws ShapeError.
  Tensor operator()(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {},
                    const Tensor& mask = {}) const;

  /// One loss a sample, or a step of it: (n, …, k) → (n, …).
  virtual Tensor call(const Tensor& y_true, const Tensor& y_pred) const = 0;

  /// Where the loss counts, for one that leaves some labels out; undefined where all count.
  virtual Tensor compute_mask(const Tensor& /*y_true*/, const Tensor& /*y_pred*/) const { return {}; }

  /// Looks at all labels before a training begins, given the shape of the predictions (its first extent does not
  /// matter). Throws ShapeError, ValueError or IndexError naming the first sample whose label cannot be used.
  virtual void check_labels(const Tensor& /*y_true*/, const Shape& /*prediction_shape*/) const {}

  const std::string& name() const { return name_; }
  Reduction reduction() const { return reduction_; }

  static std::shared_ptr<Loss> from_function(Function function);

 private:
  std::string name_;
  Reduction reduction_;
};

/// What a model's output is compared with, told by shapes as Keras does for "crossentropy" and "accuracy": one number a
/// sample is binary; labels with an axis less than the predictions, or with a last axis of 1, are class ids.
enum class LabelKind { binary, sparse_categorical, categorical };
LabelKind label_kind(const Shape& y_true, const Shape& y_pred);

/// Both with the same rank, as Keras does it: where they differ by a last axis of 1, it is added to the one of rank 1,
/// or else dropped from the other.
std::pair<Tensor, Tensor> squeeze_or_expand_to_same_rank(const Tensor& a, const Tensor& b);

/// One weight out of mask and sample weight, either of which may be undefined (both: the result is). For the means, a
/// valid entry weighs total/valid, so that dividing by the total divides by the valid ones.
Tensor apply_mask(const Tensor& sample_weight, const Tensor& mask, DType dtype, Reduction reduction);

}  // namespace cornu::losses

namespace cornu {

/// Keras's names, listed at each class, and "crossentropy" or "ce" for the one that fits the shapes. Throws
/// ValueError, with the names there are, for another.
template <>
std::shared_ptr<losses::Loss> from_name<losses::Loss>(std::string_view name);
extern template class Handle<losses::Loss>;

}  // namespace cornu
