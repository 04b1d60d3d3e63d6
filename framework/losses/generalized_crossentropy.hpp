#pragma once
#include <memory>
#include <string>
#include <utility>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::losses {

struct CategoricalGeneralizedCrossEntropyOptions {
  double q = 0.5;  ///< between 0, near which it is the cross-entropy, and 1, near which it is the absolute error
  Reduction reduction = "sum_over_batch_size";
  std::string name = "categorical_generalized_cross_entropy";
};

/// (1 − p[t]^q) / q for class ids t, (n, …) or (n, …, 1), and probabilities p (n, …, classes), which are taken as they
/// are: a cross-entropy that forgives wrong labels (Zhang and Sabuncu, 2018, "Generalized Cross Entropy Loss for
/// Training Deep Neural Networks with Noisy Labels"). One-hot labels are refused; Keras takes them for ids, too, and
/// fails, or gives another number. A probability of 0 has no gradient. Throws ValueError for a q outside 0 … 1; an id
/// outside 0 … classes-1, or that is not whole, throws IndexError. As in Keras it goes by no name.
class CategoricalGeneralizedCrossEntropy final : public Loss {
 public:
  explicit CategoricalGeneralizedCrossEntropy(CategoricalGeneralizedCrossEntropyOptions options = {});
  /// `CategoricalGeneralizedCrossEntropy({})`: the defaults.
  explicit CategoricalGeneralizedCrossEntropy(cornu::detail::NoOptions);
  /// As they are.
  std::pair<Tensor, Tensor> aligned(const Tensor& y_true, const Tensor& y_pred) const override;
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override;
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override;
  Config to_config() const override;
  static std::shared_ptr<CategoricalGeneralizedCrossEntropy> from_config(const ConfigView& config);

 private:
  CategoricalGeneralizedCrossEntropyOptions options_;
};

/// The same as a function: one loss for each sample.
Tensor categorical_generalized_cross_entropy(const Tensor& y_true, const Tensor& y_pred, double q);

}  // namespace cornu::losses
CORNU_EXPORT_END
