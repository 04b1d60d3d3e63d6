#pragma once
#include <memory>
#include <optional>
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
/// What is measured while a model trains or is evaluated. A Handle<Metric> is made from Keras's name ("accuracy"), from
/// an object, or from any function of y_true and y_pred that gives one number for each sample (Function gives it a
/// name):
///
///     model.compile("adam", "mse", {"mae", metrics::BinaryAccuracy({.threshold = 0.7})});
///
/// They are also used alone:
///
///     metrics::AUC auc({.curve = "PR"});
///     for (…) auc.update_state(y_true, y_pred, sample_weight);
///     fmt::print("{}\n", auc.result());
///
/// Weights are those of the samples, (n,), or of their steps; of elements only where these are counted one by one, as
/// in BinaryAccuracy, AUC and Precision, not where a last axis is averaged, as in MeanSquaredError (ShapeError, as in
/// Keras). A model passes the mask of its predictions on as weights, to every metric; in Keras only those that are the
/// mean of a function look at it.
namespace cornu::metrics {

/// A number that is computed over many batches. Derive from it, or pass a function.
class Metric {
 public:
  using Function = Callable<Tensor(const Tensor& y_true, const Tensor& y_pred)>;

  explicit Metric(std::string name) : name_(std::move(name)) {}
  virtual ~Metric() = default;

  /// Labels and predictions as a model passes them to update_state(): by itself as losses::Loss::aligned(). Override it
  /// for labels of another kind. Throws ShapeError for shapes that do not fit.
  virtual std::pair<Tensor, Tensor> aligned(const Tensor& y_true, const Tensor& y_pred) const;
  /// Adds a batch; `sample_weight` may be undefined. With a mask, the model passes
  /// losses::apply_mask(sample_weight, mask, …, "sum").
  virtual void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) = 0;
  /// The value for all batches since reset_state(). Of a metric with several it is their mean: the figure that a model
  /// shows and that its history has, where Keras's progress bar has the mean, and its history all of them.
  virtual double result() const = 0;
  /// All values of a metric that has several, as F1Score has one for each class: float64. By itself that of result(), a
  /// scalar.
  virtual Tensor results() const;
  virtual void reset_state() = 0;

  /// Whether more is better, for callbacks with mode "auto"; nothing when that is not known. By itself what Keras's
  /// metric of the same class says.
  virtual std::optional<bool> more_is_better() const;

  /// As Keras's files write it: an object, or a name that stands for one. By itself registered_object(*this), with the
  /// name; of a function, unnamed_function().
  virtual Config to_config() const;

  /// The name that from_name() made it from, "mae", by which files have it too; "" of one that was made as an object or
  /// got another name since.
  const std::string& given_name() const { return given_name_; }
  void set_given_name(std::string name) { name_ = given_name_ = std::move(name); }

  const std::string& name() const { return name_; }
  void set_name(std::string name) {
    name_ = std::move(name);
    given_name_.clear();
  }

  static std::shared_ptr<Metric> from_function(Function function);

 private:
  std::string name_, given_name_;
};

/// A running mean, kept in double: Σ weight · value / Σ weight, and 0 before the first value. A value of weight 0 does
/// not count, also if it is NaN. Mean and Sum take values, not labels and predictions, so compile() does not take them.
class Mean {
 public:
  /// Adds one value for each sample, (n, …); further axes are averaged, down to the rank of sample_weight where it is
  /// given. A scalar weight is that of each sample. (Keras counts one value then, whatever the number of samples.)
  /// Throws ShapeError for weights that do not fit.
  void update_state(const Tensor& values, const Tensor& sample_weight = {});
  void update_state(double value, double weight = 1);
  double result() const { return count_ == 0 ? 0 : total_ / count_; }
  void reset_state() { total_ = count_ = 0; }

 private:
  double total_ = 0, count_ = 0;
};

/// A running sum, kept in double: Σ weight · value, over all axes. A value of weight 0 does not count, also if it is
/// NaN.
class Sum {
 public:
  /// Adds values, (n, …), each times the weight of its sample, or of its own where sample_weight has more axes. Throws
  /// ShapeError for weights that do not fit.
  void update_state(const Tensor& values, const Tensor& sample_weight = {});
  double result() const { return total_; }
  void reset_state() { total_ = 0; }

 private:
  double total_ = 0;
};

/// The mean of a function of y_true and y_pred that gives one number for each sample.
class MeanMetricWrapper : public Metric {
 public:
  /// With `aligns` false the function gets labels and predictions as they are.
  MeanMetricWrapper(Function function, std::string name, bool aligns = true)
      : Metric(std::move(name)), function_(std::move(function)), aligns_(aligns) {}
  std::pair<Tensor, Tensor> aligned(const Tensor& y_true, const Tensor& y_pred) const override;
  void update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight = {}) override;
  double result() const override { return mean_.result(); }
  void reset_state() override { mean_.reset_state(); }

 private:
  Function function_;
  bool aligns_;
  Mean mean_;
};

/// A function with a name, under which its figure is shown, and which files have for it:
///
///     model.compile("adam", "mse", {metrics::Function("r2", [](const Tensor& y_true, const Tensor& y_pred) { … })});
class Function final : public MeanMetricWrapper {
 public:
  /// The function gives one number for each sample, or one for the batch, of which each batch counts once. Throws
  /// ValueError for an empty name.
  Function(std::string name, Metric::Function function);
  Config to_config() const override;
};

}  // namespace cornu::metrics

namespace cornu {

/// Makes the metric of one of Keras's names, which stand at the classes; its name() is the name given. "accuracy" and
/// "acc" are the accuracy that fits the shapes of each batch, "crossentropy" and "ce" the cross-entropy; predictions
/// (n, k) of k sigmoids are classes to them, as to Keras, of which the largest counts ("binary_accuracy" takes each by
/// itself), and labels of one column are 0 and 1, so that −1 is never right. Throws ValueError, which lists the known
/// names, for any other name, and for "Mean" and "Sum".
template <>
std::shared_ptr<metrics::Metric> from_name<metrics::Metric>(std::string_view name);
/// See from_config in registry/handle.hpp.
template <>
std::shared_ptr<metrics::Metric> from_config<metrics::Metric>(const ConfigView& object);
extern template class Handle<metrics::Metric>;

}  // namespace cornu
CORNU_EXPORT_END
