#pragma once
#include <memory>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Losses of predictions that are distributions, or the mean of one. In the formulas t is y_true, p is y_pred, and
/// ε = 1e-7. Cross-entropies stand in classification.hpp.
namespace cornu::losses {

struct KLDivergenceOptions {
  Reduction reduction = "sum_over_batch_size";
  std::string name = "kl_divergence";
};

/// Σ t·ln(t / p) over the last axis, both held within ε … 1. "kl_divergence", "kld", "KLD".
class KLDivergence final : public Loss {
 public:
  explicit KLDivergence(KLDivergenceOptions options = {});
  /// `KLDivergence({})`: the defaults.
  explicit KLDivergence(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<KLDivergence> from_config(const ConfigView& config);
};

struct PoissonOptions {
  Reduction reduction = "sum_over_batch_size";
  std::string name = "poisson";
};

/// mean(p − t·ln(p + ε)) over the last axis, for predictions that are not negative: NaN for others. "poisson".
class Poisson final : public Loss {
 public:
  explicit Poisson(PoissonOptions options = {});
  /// `Poisson({})`: the defaults.
  explicit Poisson(cornu::detail::NoOptions);
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<Poisson> from_config(const ConfigView& config);
};

// The same as functions: one loss for each sample.

Tensor kl_divergence(const Tensor& y_true, const Tensor& y_pred);
Tensor poisson(const Tensor& y_true, const Tensor& y_pred);

}  // namespace cornu::losses
CORNU_EXPORT_END
