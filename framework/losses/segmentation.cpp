#include <cornu/framework/losses/segmentation.hpp>

#include <utility>

#include <cornu/framework/losses/crossentropy.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/losses/object.hpp>
#include <cornu/framework/ops/axes_config.hpp>

namespace cornu::losses {

Tensor dice(const Tensor& y_true, const Tensor& y_pred, const ops::Axes& axis) {
  const auto [t, p] = aligned("dice", y_true, y_pred);
  const Tensor both = ops::sum(t * p, {.axis = axis});
  const Tensor all = ops::sum(t, {.axis = axis}) + ops::sum(p, {.axis = axis});
  return 1. - both * 2. / (all + epsilon);
}

Tensor tversky(const Tensor& y_true, const Tensor& y_pred, double alpha, double beta, const ops::Axes& axis) {
  const auto [t, p] = aligned("tversky", y_true, y_pred);
  const Tensor both = ops::sum(t * p, {.axis = axis});
  const Tensor missed = ops::sum(t * (1. - p), {.axis = axis}), wrong = ops::sum(p * (1. - t), {.axis = axis});
  return 1. - both / (both + missed * alpha + wrong * beta + epsilon);
}

Dice::Dice(cornu::detail::NoOptions) : Dice() {}
Dice::Dice(DiceOptions options) : Loss(options.name, options.reduction), options_(std::move(options)) {}
Tensor Dice::call(const Tensor& y_true, const Tensor& y_pred) const { return dice(y_true, y_pred, options_.axis); }
void Dice::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("dice", y_true, prediction_shape);
}

Tversky::Tversky(cornu::detail::NoOptions) : Tversky() {}
Tversky::Tversky(TverskyOptions options) : Loss(options.name, options.reduction), options_(std::move(options)) {}
Tensor Tversky::call(const Tensor& y_true, const Tensor& y_pred) const {
  return tversky(y_true, y_pred, options_.alpha, options_.beta, options_.axis);
}
void Tversky::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("tversky", y_true, prediction_shape);
}

namespace {

// Keras's keys, in its order
constexpr auto dice_options = [](auto& option, auto& options) { option("axis", options.axis); };
constexpr auto tversky_options = [](auto& option, auto& options) {
  option("alpha", options.alpha);
  option("beta", options.beta);
  option("axis", options.axis);
};

}  // namespace

Config Dice::to_config() const { return loss_object(*this, "Dice", dice_options, options_); }
std::shared_ptr<Dice> Dice::from_config(const ConfigView& config) {
  return loss_from<Dice, DiceOptions>(config, dice_options);
}

Config Tversky::to_config() const { return loss_object(*this, "Tversky", tversky_options, options_); }
std::shared_ptr<Tversky> Tversky::from_config(const ConfigView& config) {
  return loss_from<Tversky, TverskyOptions>(config, tversky_options);
}

}  // namespace cornu::losses
