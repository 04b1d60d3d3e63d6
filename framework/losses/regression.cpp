#include <cornu/framework/losses/regression.hpp>

#include <fmt/core.h>

#include <cmath>
#include <numbers>
#include <utility>

#include <cornu/framework/autodiff/record.hpp>
#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/crossentropy.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/losses/object.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::losses {

namespace {

Tensor mean_of_last(const Tensor& x) { return ops::mean(x, {.axis = -1}); }
Tensor at_least(const Tensor& x, double low) { return ops::maximum(x, ops::scalar(low, x.dtype())); }

}  // namespace

Tensor mean_squared_error(const Tensor& y_true, const Tensor& y_pred) {
  const auto [t, p] = aligned("mean_squared_error", y_true, y_pred);
  return mean_of_last(ops::squared_difference(t, p));
}
Tensor mean_absolute_error(const Tensor& y_true, const Tensor& y_pred) {
  const auto [t, p] = aligned("mean_absolute_error", y_true, y_pred);
  return mean_of_last(ops::abs(t - p));
}
Tensor mean_absolute_percentage_error(const Tensor& y_true, const Tensor& y_pred) {
  const auto [t, p] = aligned("mean_absolute_percentage_error", y_true, y_pred);
  return mean_of_last(ops::abs((t - p) / at_least(ops::abs(t), epsilon))) * 100.;
}
Tensor mean_squared_logarithmic_error(const Tensor& y_true, const Tensor& y_pred) {
  const auto [t, p] = aligned("mean_squared_logarithmic_error", y_true, y_pred);
  return mean_of_last(ops::squared_difference(ops::log1p(at_least(p, epsilon)), ops::log1p(at_least(t, epsilon))));
}

namespace {

// Of length 1, or zeros.
Tensor normalized(const Tensor& x, std::int64_t axis) {
  const Tensor squares = ops::sum(ops::square(x), {.axis = axis, .keepdims = true});
  return x * ops::rsqrt(at_least(squares, epsilon * epsilon));
}

}  // namespace

Tensor cosine_similarity(const Tensor& y_true, const Tensor& y_pred, std::int64_t axis) {
  const auto [t, p] = aligned("cosine_similarity", y_true, y_pred);
  return -ops::sum(normalized(t, axis) * normalized(p, axis), {.axis = axis});
}

Tensor huber(const Tensor& y_true, const Tensor& y_pred, double delta) {
  const auto [t, p] = aligned("huber", y_true, y_pred);
  const Tensor error = p - t, size = ops::abs(error);
  return mean_of_last(
      ops::where(ops::less_equal(size, delta), ops::square(error) * 0.5, size * delta - 0.5 * delta * delta));
}

namespace {

// ln cosh x = ln(1 + 2·sinh²(x / 2)), which is exact for small x, = |x| + ln(1 + e^(−2|x|)) − ln 2 for large ones
Tensor log_cosh_of(const Tensor& x) {
  const Tensor size = ops::abs(stop_gradient(x)), half = ops::clip(size, 0, 1) * 0.5;
  const Tensor sinh = (ops::expm1(half) - ops::expm1(-half)) * 0.5;
  const Tensor y = ops::where(ops::less(size, 1.), ops::log1p(ops::square(sinh) * 2.),
                              size + ops::log1p(ops::exp(size * -2.)) - std::numbers::ln2);
  // d_x = d_y · tanh x
  return detail::record(y, detail::wrt(x, [x](const Tensor& d_y) { return d_y * ops::tanh(x); }));
}

}  // namespace

Tensor log_cosh(const Tensor& y_true, const Tensor& y_pred) {
  const auto [t, p] = aligned("log_cosh", y_true, y_pred);
  return mean_of_last(log_cosh_of(p - t));
}

// ── classes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

MeanSquaredError::MeanSquaredError(MeanSquaredErrorOptions options) : Loss(options.name, options.reduction) {}
MeanSquaredError::MeanSquaredError(cornu::detail::NoOptions) : MeanSquaredError() {}
Tensor MeanSquaredError::call(const Tensor& y_true, const Tensor& y_pred) const {
  return mean_squared_error(y_true, y_pred);
}
void MeanSquaredError::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("mean_squared_error", y_true, prediction_shape);
}

MeanAbsoluteError::MeanAbsoluteError(MeanAbsoluteErrorOptions options) : Loss(options.name, options.reduction) {}
MeanAbsoluteError::MeanAbsoluteError(cornu::detail::NoOptions) : MeanAbsoluteError() {}
Tensor MeanAbsoluteError::call(const Tensor& y_true, const Tensor& y_pred) const {
  return mean_absolute_error(y_true, y_pred);
}
void MeanAbsoluteError::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("mean_absolute_error", y_true, prediction_shape);
}

MeanAbsolutePercentageError::MeanAbsolutePercentageError(MeanAbsolutePercentageErrorOptions options)
    : Loss(options.name, options.reduction) {}
MeanAbsolutePercentageError::MeanAbsolutePercentageError(cornu::detail::NoOptions) : MeanAbsolutePercentageError() {}
Tensor MeanAbsolutePercentageError::call(const Tensor& y_true, const Tensor& y_pred) const {
  return mean_absolute_percentage_error(y_true, y_pred);
}
void MeanAbsolutePercentageError::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("mean_absolute_percentage_error", y_true, prediction_shape);
}

MeanSquaredLogarithmicError::MeanSquaredLogarithmicError(MeanSquaredLogarithmicErrorOptions options)
    : Loss(options.name, options.reduction) {}
MeanSquaredLogarithmicError::MeanSquaredLogarithmicError(cornu::detail::NoOptions) : MeanSquaredLogarithmicError() {}
Tensor MeanSquaredLogarithmicError::call(const Tensor& y_true, const Tensor& y_pred) const {
  return mean_squared_logarithmic_error(y_true, y_pred);
}
void MeanSquaredLogarithmicError::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("mean_squared_logarithmic_error", y_true, prediction_shape);
}

CosineSimilarity::CosineSimilarity(cornu::detail::NoOptions) : CosineSimilarity() {}
CosineSimilarity::CosineSimilarity(CosineSimilarityOptions options)
    : Loss(options.name, options.reduction), options_(std::move(options)) {}
Tensor CosineSimilarity::call(const Tensor& y_true, const Tensor& y_pred) const {
  return cosine_similarity(y_true, y_pred, options_.axis);
}
void CosineSimilarity::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("cosine_similarity", y_true, prediction_shape);
}

Huber::Huber(cornu::detail::NoOptions) : Huber() {}
Huber::Huber(HuberOptions options) : Loss(options.name, options.reduction), options_(std::move(options)) {
  if (!(options_.delta >= 0 && std::isfinite(options_.delta)))
    throw ValueError("Huber", fmt::format("delta must be 0 or more; got {}", options_.delta));
}
Tensor Huber::call(const Tensor& y_true, const Tensor& y_pred) const { return huber(y_true, y_pred, options_.delta); }
void Huber::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("huber", y_true, prediction_shape);
}

LogCosh::LogCosh(LogCoshOptions options) : Loss(options.name, options.reduction) {}
LogCosh::LogCosh(cornu::detail::NoOptions) : LogCosh() {}
Tensor LogCosh::call(const Tensor& y_true, const Tensor& y_pred) const { return log_cosh(y_true, y_pred); }
void LogCosh::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("log_cosh", y_true, prediction_shape);
}

// ── configs ─────────────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

// Keras forgets these when it writes, and takes them when it reads.
constexpr auto cosine_options = [](auto& option, auto& options) { option.unless_usual("axis", options.axis, -1); };
constexpr auto huber_options = [](auto& option, auto& options) { option.unless_usual("delta", options.delta, 1); };

}  // namespace

Config MeanSquaredError::to_config() const { return loss_object(*this, "MeanSquaredError", no_option); }
std::shared_ptr<MeanSquaredError> MeanSquaredError::from_config(const ConfigView& config) {
  return loss_from<MeanSquaredError, MeanSquaredErrorOptions>(config, no_option);
}

Config MeanAbsoluteError::to_config() const { return loss_object(*this, "MeanAbsoluteError", no_option); }
std::shared_ptr<MeanAbsoluteError> MeanAbsoluteError::from_config(const ConfigView& config) {
  return loss_from<MeanAbsoluteError, MeanAbsoluteErrorOptions>(config, no_option);
}

Config MeanAbsolutePercentageError::to_config() const {
  return loss_object(*this, "MeanAbsolutePercentageError", no_option);
}
std::shared_ptr<MeanAbsolutePercentageError> MeanAbsolutePercentageError::from_config(const ConfigView& config) {
  return loss_from<MeanAbsolutePercentageError, MeanAbsolutePercentageErrorOptions>(config, no_option);
}

Config MeanSquaredLogarithmicError::to_config() const {
  return loss_object(*this, "MeanSquaredLogarithmicError", no_option);
}
std::shared_ptr<MeanSquaredLogarithmicError> MeanSquaredLogarithmicError::from_config(const ConfigView& config) {
  return loss_from<MeanSquaredLogarithmicError, MeanSquaredLogarithmicErrorOptions>(config, no_option);
}

Config CosineSimilarity::to_config() const { return loss_object(*this, "CosineSimilarity", cosine_options, options_); }
std::shared_ptr<CosineSimilarity> CosineSimilarity::from_config(const ConfigView& config) {
  return loss_from<CosineSimilarity, CosineSimilarityOptions>(config, cosine_options);
}

Config Huber::to_config() const { return loss_object(*this, "Huber", huber_options, options_); }
std::shared_ptr<Huber> Huber::from_config(const ConfigView& config) {
  return loss_from<Huber, HuberOptions>(config, huber_options);
}

Config LogCosh::to_config() const { return loss_object(*this, "LogCosh", no_option); }
std::shared_ptr<LogCosh> LogCosh::from_config(const ConfigView& config) {
  return loss_from<LogCosh, LogCoshOptions>(config, no_option);
}

}  // namespace cornu::losses
