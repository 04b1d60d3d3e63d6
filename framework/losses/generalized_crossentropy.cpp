#include <cornu/framework/losses/generalized_crossentropy.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/losses/object.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::losses {

namespace {

constexpr const char* where = "categorical_generalized_cross_entropy";
constexpr const char* advice = "take ops::argmax of one-hot labels";

}  // namespace

Tensor categorical_generalized_cross_entropy(const Tensor& y_true, const Tensor& y_pred, double q) {
  ops::require_floating(where, y_pred);
  const Tensor ids =
      usable_ids({where, advice}, class_ids({where, advice}, y_true, y_pred.shape(), -1), y_pred.dim(-1));
  const Tensor p = ops::sum(y_pred * ops::one_hot(ids, y_pred.dim(-1), y_pred.dtype()), {.axis = -1});
  // The slope of p^q at 0 is infinite.
  const Tensor is_zero = ops::equal(p, 0.), zero = ops::scalar(0, p.dtype()), one = ops::scalar(1, p.dtype());
  const Tensor power = ops::where(is_zero, zero, ops::pow(ops::where(is_zero, one, p), q));
  return (1. - power) / q;
}

CategoricalGeneralizedCrossEntropy::CategoricalGeneralizedCrossEntropy(cornu::detail::NoOptions)
    : CategoricalGeneralizedCrossEntropy() {}
CategoricalGeneralizedCrossEntropy::CategoricalGeneralizedCrossEntropy(
    CategoricalGeneralizedCrossEntropyOptions options)
    : Loss(options.name, options.reduction), options_(std::move(options)) {
  if (!(options_.q > 0 && options_.q < 1))
    throw ValueError("CategoricalGeneralizedCrossEntropy",
                     fmt::format("q must lie between 0 and 1, and be neither; got {}", options_.q));
}
std::pair<Tensor, Tensor> CategoricalGeneralizedCrossEntropy::aligned(const Tensor& y_true,
                                                                      const Tensor& y_pred) const {
  return {y_true, y_pred};
}
Tensor CategoricalGeneralizedCrossEntropy::call(const Tensor& y_true, const Tensor& y_pred) const {
  return categorical_generalized_cross_entropy(y_true, y_pred, options_.q);
}
void CategoricalGeneralizedCrossEntropy::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_ids({where, advice}, y_true, prediction_shape, -1);
}

namespace {
constexpr auto q_option = [](auto& option, auto& options) { option("q", options.q); };
}  // namespace

Config CategoricalGeneralizedCrossEntropy::to_config() const {
  return loss_object(*this, "CategoricalGeneralizedCrossEntropy", q_option, options_);
}
std::shared_ptr<CategoricalGeneralizedCrossEntropy> CategoricalGeneralizedCrossEntropy::from_config(
    const ConfigView& config) {
  return loss_from<CategoricalGeneralizedCrossEntropy, CategoricalGeneralizedCrossEntropyOptions>(config, q_option);
}

}  // namespace cornu::losses
