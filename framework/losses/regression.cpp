#include <cornu/framework/losses/regression.hpp>

#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/losses/object.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::losses {

Tensor mean_squared_error(const Tensor& y_true, const Tensor& y_pred) {
  const auto [t, p] = aligned("mean_squared_error", y_true, y_pred);
  return ops::mean(ops::squared_difference(t, p), {.axis = -1});
}
Tensor mean_absolute_error(const Tensor& y_true, const Tensor& y_pred) {
  const auto [t, p] = aligned("mean_absolute_error", y_true, y_pred);
  return ops::mean(ops::abs(t - p), {.axis = -1});
}

Tensor MeanSquaredError::call(const Tensor& y_true, const Tensor& y_pred) const {
  return mean_squared_error(y_true, y_pred);
}
void MeanSquaredError::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("mean_squared_error", y_true, prediction_shape);
}
Tensor MeanAbsoluteError::call(const Tensor& y_true, const Tensor& y_pred) const {
  return mean_absolute_error(y_true, y_pred);
}
void MeanAbsoluteError::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("mean_absolute_error", y_true, prediction_shape);
}

namespace {
constexpr auto no_option = [](auto&, auto&...) {};
}  // namespace

Config MeanSquaredError::to_config() const { return loss_object(*this, "MeanSquaredError", no_option); }
std::shared_ptr<MeanSquaredError> MeanSquaredError::from_config(const ConfigView& config) {
  return loss_from<MeanSquaredError, MeanSquaredErrorOptions>(config, no_option);
}

Config MeanAbsoluteError::to_config() const { return loss_object(*this, "MeanAbsoluteError", no_option); }
std::shared_ptr<MeanAbsoluteError> MeanAbsoluteError::from_config(const ConfigView& config) {
  return loss_from<MeanAbsoluteError, MeanAbsoluteErrorOptions>(config, no_option);
}

}  // namespace cornu::losses
