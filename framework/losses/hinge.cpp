#include <cornu/framework/losses/hinge.hpp>

#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/losses/object.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::losses {

namespace {

// −1 and 1 for 0 and 1.
Tensor signs_of(const Tensor& t) {
  if (t.is_symbolic()) return t;
  const Tensor is_binary = ops::logical_or(ops::equal(t, 0.), ops::equal(t, 1.));
  return ops::all(is_binary).item<bool>() ? t * 2. - 1. : t;
}

Tensor not_negative(const Tensor& x) { return ops::maximum(x, ops::scalar(0, x.dtype())); }

}  // namespace

Tensor hinge(const Tensor& y_true, const Tensor& y_pred) {
  const auto [t, p] = aligned("hinge", y_true, y_pred);
  return ops::mean(not_negative(1. - signs_of(t) * p), {.axis = -1});
}

Tensor squared_hinge(const Tensor& y_true, const Tensor& y_pred) {
  const auto [t, p] = aligned("squared_hinge", y_true, y_pred);
  return ops::mean(ops::square(not_negative(1. - signs_of(t) * p)), {.axis = -1});
}

Tensor categorical_hinge(const Tensor& y_true, const Tensor& y_pred) {
  const auto [t, p] = aligned("categorical_hinge", y_true, y_pred);
  const Tensor of_true = ops::sum(t * p, {.axis = -1}), of_others = ops::max((1. - t) * p, {.axis = -1});
  return not_negative(of_others - of_true + 1.);
}

Hinge::Hinge(HingeOptions options) : Loss(options.name, options.reduction) {}
Hinge::Hinge(cornu::detail::NoOptions) : Hinge() {}
Tensor Hinge::call(const Tensor& y_true, const Tensor& y_pred) const { return hinge(y_true, y_pred); }
void Hinge::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("hinge", y_true, prediction_shape);
}

SquaredHinge::SquaredHinge(SquaredHingeOptions options) : Loss(options.name, options.reduction) {}
SquaredHinge::SquaredHinge(cornu::detail::NoOptions) : SquaredHinge() {}
Tensor SquaredHinge::call(const Tensor& y_true, const Tensor& y_pred) const { return squared_hinge(y_true, y_pred); }
void SquaredHinge::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("squared_hinge", y_true, prediction_shape);
}

CategoricalHinge::CategoricalHinge(CategoricalHingeOptions options) : Loss(options.name, options.reduction) {}
CategoricalHinge::CategoricalHinge(cornu::detail::NoOptions) : CategoricalHinge() {}
Tensor CategoricalHinge::call(const Tensor& y_true, const Tensor& y_pred) const {
  return categorical_hinge(y_true, y_pred);
}
void CategoricalHinge::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("categorical_hinge", y_true, prediction_shape);
}

Config Hinge::to_config() const { return loss_object(*this, "Hinge", no_option); }
std::shared_ptr<Hinge> Hinge::from_config(const ConfigView& config) {
  return loss_from<Hinge, HingeOptions>(config, no_option);
}

Config SquaredHinge::to_config() const { return loss_object(*this, "SquaredHinge", no_option); }
std::shared_ptr<SquaredHinge> SquaredHinge::from_config(const ConfigView& config) {
  return loss_from<SquaredHinge, SquaredHingeOptions>(config, no_option);
}

Config CategoricalHinge::to_config() const { return loss_object(*this, "CategoricalHinge", no_option); }
std::shared_ptr<CategoricalHinge> CategoricalHinge::from_config(const ConfigView& config) {
  return loss_from<CategoricalHinge, CategoricalHingeOptions>(config, no_option);
}

}  // namespace cornu::losses
