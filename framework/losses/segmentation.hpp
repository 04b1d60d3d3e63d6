#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Losses of how far two areas overlap, such as the pixels of a class and those that were found. In the formulas t is
/// y_true, p is y_pred, sums are over the axes given, and ε = 1e-7.
namespace cornu::losses {

struct DiceOptions {
  Reduction reduction = "sum_over_batch_size";
  std::string name = "dice";
  ops::Axes axis = {};  ///< summed over; all unless given, {1, 2, 3} for one loss an image
};

/// 1 − 2·Σ t·p / (Σ t + Σ p + ε): 1 where both are 0. Summed over all axes it is one number for the batch, which a
/// weight of samples multiplies as a whole, by the mean of the weights. "dice".
class Dice final : public Loss {
 public:
  explicit Dice(DiceOptions options = {});
  /// `Dice({})`: the defaults.
  explicit Dice(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<Dice> from_config(const ConfigView& config);

 private:
  DiceOptions options_;
};

struct TverskyOptions {
  double alpha = 0.5;  ///< weight of what was missed
  double beta = 0.5;   ///< weight of what was found where there is nothing
  Reduction reduction = "sum_over_batch_size";
  std::string name = "tversky";
  ops::Axes axis = {};  ///< as Dice's
};

/// 1 − Σ t·p / (Σ t·p + α·Σ t·(1 − p) + β·Σ p·(1 − t) + ε), Dice's for α = β = 0.5 (Salehi and others, 2017). Keras's
/// text says it the other way round; its numbers are these: alpha multiplies the false negatives. "tversky".
class Tversky final : public Loss {
 public:
  explicit Tversky(TverskyOptions options = {});
  /// `Tversky({})`: the defaults.
  explicit Tversky(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<Tversky> from_config(const ConfigView& config);

 private:
  TverskyOptions options_;
};

// The same as functions.

Tensor dice(const Tensor& y_true, const Tensor& y_pred, const ops::Axes& axis = {});
Tensor tversky(const Tensor& y_true, const Tensor& y_pred, double alpha = 0.5, double beta = 0.5,
               const ops::Axes& axis = {});

}  // namespace cornu::losses
CORNU_EXPORT_END
