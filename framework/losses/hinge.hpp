#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Losses that leave a prediction alone once it is right by a margin of 1. In the formulas t is y_true and p is y_pred.
namespace cornu::losses {

struct HingeOptions {
  Reduction reduction = "sum_over_batch_size";
  std::string name = "hinge";
};

/// mean(max(1 − t·p, 0)) over the last axis, for labels −1 and 1. Labels that are all 0 or 1 are taken as −1 and 1; in
/// a batch with others, as −1 is, a 0 stays 0, as in Keras. "hinge".
class Hinge final : public Loss {
 public:
  explicit Hinge(HingeOptions options = {});
  /// `Hinge({})`: the defaults.
  explicit Hinge(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<Hinge> from_config(const ConfigView& config);
};

struct SquaredHingeOptions {
  Reduction reduction = "sum_over_batch_size";
  std::string name = "squared_hinge";
};

/// mean(max(1 − t·p, 0)²) over the last axis, for the labels of Hinge. "squared_hinge".
class SquaredHinge final : public Loss {
 public:
  explicit SquaredHinge(SquaredHingeOptions options = {});
  /// `SquaredHinge({})`: the defaults.
  explicit SquaredHinge(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<SquaredHinge> from_config(const ConfigView& config);
};

struct CategoricalHingeOptions {
  Reduction reduction = "sum_over_batch_size";
  std::string name = "categorical_hinge";
};

/// max(n − s + 1, 0), where s = Σ t·p and n = max((1 − t)·p) over the classes: t holds one number for each class, as
/// one_hot gives them. "categorical_hinge".
class CategoricalHinge final : public Loss {
 public:
  explicit CategoricalHinge(CategoricalHingeOptions options = {});
  /// `CategoricalHinge({})`: the defaults.
  explicit CategoricalHinge(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<CategoricalHinge> from_config(const ConfigView& config);
};

// The same as functions: one loss for each sample.

Tensor hinge(const Tensor& y_true, const Tensor& y_pred);
Tensor squared_hinge(const Tensor& y_true, const Tensor& y_pred);
Tensor categorical_hinge(const Tensor& y_true, const Tensor& y_pred);

}  // namespace cornu::losses
CORNU_EXPORT_END
