#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/registry/config.hpp>
#include <cornu/framework/registry/handle.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// What training minimises. A Handle<Loss> is made from Keras's name ("mse"), from an object, or from any function of
/// y_true and y_pred that gives one loss for each sample (Function gives it a name):
///
///     model.compile("adam", losses::BinaryCrossentropy({.label_smoothing = 0.1}));
///
/// Labels may have any dtype; they are cast to that of the predictions. Labels (n,) fit predictions (n, 1), and the
/// other way round; other shapes are refused, but for class ids (Loss::aligned). In the formulas t is y_true, p is
/// y_pred, and ε = 1e-7.
namespace cornu::losses {

/// How the losses of a batch become one number: "sum_over_batch_size" or "mean" (divided by their number), "sum",
/// "mean_with_sample_weight" (divided by the sum of the weights), "none" (left as they are). Throws ValueError for any
/// other name.
class Reduction {
 public:
  enum class Kind { sum_over_batch_size, sum, mean_with_sample_weight, none };

  Reduction(const char* name) : Reduction(std::string_view(name)) {}
  Reduction(const std::string& name) : Reduction(std::string_view(name)) {}
  Kind kind() const { return kind_; }
  std::string_view name() const { return name_; }

 private:
  explicit Reduction(std::string_view name);

  Kind kind_;
  std::string_view name_;  // a literal
};

/// Its name; null is "none".
void read_value(const ConfigView& view, Reduction& value);
Config value_of(const Reduction& value);

/// Derive from it and override call(), or pass a function.
class Loss {
 public:
  using Function = Callable<Tensor(const Tensor& y_true, const Tensor& y_pred)>;

  explicit Loss(std::string name, Reduction reduction = "sum_over_batch_size")
      : name_(std::move(name)), reduction_(reduction) {}
  virtual ~Loss() = default;

  /// The losses of call(), times sample_weight (of their shape, or (n,), or (n, 1)), reduced to a scalar unless the
  /// reduction is "none". `mask` is bool, of their shape: where it is false a loss does not count, neither in the sum
  /// nor in the number it is divided by; where it is false everywhere the result is 0. A loss that is NaN or infinite
  /// does not count either where its mask is false or its weight 0. Throws ShapeError for weights or a mask that do not
  /// fit the losses, and as aligned().
  Tensor operator()(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {},
                    const Tensor& mask = {}) const;

  /// What call() and compute_mask() get. By itself labels of the predictions' dtype and shape, where a last axis of 1
  /// may have been missing; integers that can only be class ids, (n, …) or (n, …, 1) for predictions (n, …, classes),
  /// stay as they are. Override it for labels of another kind. Throws ShapeError for shapes that do not fit.
  virtual std::pair<Tensor, Tensor> aligned(const Tensor& y_true, const Tensor& y_pred) const;

  /// One loss for each sample, or for each step of it: (n, …, k) → (n, …).
  virtual Tensor call(const Tensor& y_true, const Tensor& y_pred) const = 0;

  /// A bool mask of the losses that count, for a loss that ignores some labels; undefined when all count.
  virtual Tensor compute_mask(const Tensor& /*y_true*/, const Tensor& /*y_pred*/) const { return {}; }

  /// Checks all labels before training begins, given the shape of the predictions (whose first extent does not
  /// matter). By itself, whether aligned() takes them. Throws ShapeError, ValueError or IndexError naming the first
  /// sample whose label cannot be used.
  virtual void check_labels(const Tensor& y_true, const Shape& prediction_shape) const;

  /// As Keras's files write it: an object, or a name that stands for one. By itself registered_object(*this), with name
  /// and reduction; of a function, unnamed_function().
  virtual Config to_config() const;

  /// The name that from_name() made it from, "mse", by which files have it too; "" of one that was made as an object.
  const std::string& given_name() const { return given_name_; }
  void set_given_name(std::string name) { given_name_ = std::move(name); }

  const std::string& name() const { return name_; }
  Reduction reduction() const { return reduction_; }

  static std::shared_ptr<Loss> from_function(Function function);

 private:
  Tensor counted(const Tensor& labels, const Tensor& predictions, const Tensor& weight) const;

  std::string name_, given_name_;
  Reduction reduction_;
};

/// A function with a name, which files have for it: one loss for each sample, or each step of it.
///
///     model.compile("adam", losses::Function("pinball", [](const Tensor& y_true, const Tensor& y_pred) { … }));
class Function final : public Loss {
 public:
  /// Throws ValueError for an empty name.
  Function(std::string name, Loss::Function function);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override { return function_(y_true, y_pred); }
  Config to_config() const override;

 private:
  Loss::Function function_;
};

/// The kind of labels, recognised by shapes as Keras does for "crossentropy" and "accuracy": predictions whose last
/// axis is 1 have binary labels; otherwise labels with fewer axes than the predictions, or with a last axis of 1, are
/// class ids. label_kind throws ShapeError for a shape without axes.
enum class LabelKind { binary, sparse_categorical, categorical };
LabelKind label_kind(const Shape& y_true, const Shape& y_pred);

/// Both with the same rank, as in Keras: when one of them has one axis more, a last one of 1, that axis is added to the
/// other if the other has rank 1, and dropped otherwise. Other shapes stay as they are.
std::pair<Tensor, Tensor> squeeze_or_expand_to_same_rank(const Tensor& a, const Tensor& b);

/// Mask and sample weight as one weight. Either may be undefined; when both are, so is the result. For the reduction
/// "sum_over_batch_size" each valid entry weighs (entries / valid entries), so that the mean is that of the valid ones.
Tensor apply_mask(const Tensor& sample_weight, const Tensor& mask, DType dtype, Reduction reduction);

}  // namespace cornu::losses

namespace cornu {

/// Makes the loss of one of Keras's names, which stand at the classes. "crossentropy" and "ce" are the cross-entropy
/// that fits the shapes of each batch. Throws ValueError, which lists the known names, for any other name.
template <>
std::shared_ptr<losses::Loss> from_name<losses::Loss>(std::string_view name);
/// See from_config in registry/handle.hpp.
template <>
std::shared_ptr<losses::Loss> from_config<losses::Loss>(const ConfigView& object);
extern template class Handle<losses::Loss>;

}  // namespace cornu
CORNU_EXPORT_END
