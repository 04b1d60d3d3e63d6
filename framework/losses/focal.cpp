#include <cornu/framework/losses/focal.hpp>

#include <fmt/core.h>

#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/crossentropy.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/losses/object.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/number_list.hpp>

namespace cornu::losses {

namespace {

void require_gamma(std::string_view loss, double gamma) {
  if (!(gamma >= 0)) throw ValueError(loss, fmt::format("gamma must be 0 or more; got {}", gamma));
}

// (1 − p)^γ · x. The power 0 has no gradient, which it would be NaN for at p = 1.
Tensor focused(const Tensor& x, const Tensor& p, double gamma) { return gamma == 0 ? x : ops::pow(1. - p, gamma) * x; }

}  // namespace

// ── two classes ─────────────────────────────────────────────────────────────────────────────────────────────────────

Tensor binary_focal_crossentropy(const Tensor& y_true, const Tensor& y_pred, bool apply_class_balancing, double alpha,
                                 double gamma, bool from_logits, double label_smoothing, std::int64_t axis) {
  auto [t, p] = aligned("binary_focal_crossentropy", y_true, y_pred);
  if (label_smoothing != 0) t = t * (1 - label_smoothing) + 0.5 * label_smoothing;
  if (from_logits) p = ops::sigmoid(p);
  Tensor losses = focused(binary_crossentropies(t, p, false), t * p + (1. - t) * (1. - p), gamma);
  if (apply_class_balancing) losses = (t * alpha + (1. - t) * (1 - alpha)) * losses;
  return ops::mean(losses, {.axis = axis});
}

BinaryFocalCrossentropy::BinaryFocalCrossentropy(cornu::detail::NoOptions) : BinaryFocalCrossentropy() {}
BinaryFocalCrossentropy::BinaryFocalCrossentropy(BinaryFocalCrossentropyOptions options)
    : Loss(options.name, options.reduction), options_(std::move(options)) {
  require_smoothing("BinaryFocalCrossentropy", options_.label_smoothing);
  require_gamma("BinaryFocalCrossentropy", options_.gamma);
}
Tensor BinaryFocalCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
  return binary_focal_crossentropy(y_true, y_pred, options_.apply_class_balancing, options_.alpha, options_.gamma,
                                   options_.from_logits, options_.label_smoothing, options_.axis);
}
void BinaryFocalCrossentropy::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_binary_labels("binary_focal_crossentropy", y_true, prediction_shape);
}

// ── several classes ─────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

// One for all, or one for each class, along the axis of the classes.
Tensor alphas(const List<double>& alpha, const Tensor& p, std::int64_t axis) {
  const Tensor values = Tensor(std::vector<double>(alpha.begin(), alpha.end())).astype(p.dtype());
  if (values.size() != 1 && values.size() != p.dim(axis))
    throw ShapeError("categorical_focal_crossentropy",
                     fmt::format("alpha has not one number for each class; got {} for predictions {}; expected 1 or {}",
                                 values.size(), p.shape(), p.dim(axis)));
  Shape shape = p.shape();
  for (std::size_t i = 0; i < shape.rank(); ++i) shape = shape.with(i, 1);
  return ops::reshape(values, shape.with(shape.normalize_axis(axis), values.size()));
}

}  // namespace

Tensor categorical_focal_crossentropy(const Tensor& y_true, const Tensor& y_pred, const List<double>& alpha,
                                      double gamma, bool from_logits, double label_smoothing, std::int64_t axis) {
  auto [t, p] = aligned("categorical_focal_crossentropy", y_true, y_pred);
  if (label_smoothing != 0) t = t * (1 - label_smoothing) + label_smoothing / static_cast<double>(t.dim(-1));
  if (from_logits) p = ops::softmax(p, axis);
  p = ops::clip(p / ops::sum(p, {.axis = axis, .keepdims = true}), epsilon, 1 - epsilon);
  return ops::sum(focused(-t * ops::log(p), p, gamma) * alphas(alpha, p, axis), {.axis = axis});
}

CategoricalFocalCrossentropy::CategoricalFocalCrossentropy(cornu::detail::NoOptions) : CategoricalFocalCrossentropy() {}
CategoricalFocalCrossentropy::CategoricalFocalCrossentropy(CategoricalFocalCrossentropyOptions options)
    : Loss(options.name, options.reduction), options_(std::move(options)) {
  require_smoothing("CategoricalFocalCrossentropy", options_.label_smoothing);
  require_gamma("CategoricalFocalCrossentropy", options_.gamma);
  if (options_.alpha.empty())
    throw ValueError("CategoricalFocalCrossentropy", "alpha is empty; expected one number, or one for each class");
}
Tensor CategoricalFocalCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
  return categorical_focal_crossentropy(y_true, y_pred, options_.alpha, options_.gamma, options_.from_logits,
                                        options_.label_smoothing, options_.axis);
}
void CategoricalFocalCrossentropy::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("categorical_focal_crossentropy", y_true, prediction_shape);
}

// ── configs ─────────────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

// Keras's keys, in its order
constexpr auto shared_options = [](auto& option, auto& options) {
  option("from_logits", options.from_logits);
  option("label_smoothing", options.label_smoothing);
  option("axis", options.axis);
};
constexpr auto binary_options = [](auto& option, auto& options) {
  shared_options(option, options);
  option("apply_class_balancing", options.apply_class_balancing);
  option("alpha", options.alpha);
  option("gamma", options.gamma);
};
constexpr auto categorical_options = [](auto& option, auto& options) {
  shared_options(option, options);
  option("alpha", options.alpha);
  option("gamma", options.gamma);
};

}  // namespace

Config BinaryFocalCrossentropy::to_config() const {
  return loss_object(*this, "BinaryFocalCrossentropy", binary_options, options_);
}
std::shared_ptr<BinaryFocalCrossentropy> BinaryFocalCrossentropy::from_config(const ConfigView& config) {
  return loss_from<BinaryFocalCrossentropy, BinaryFocalCrossentropyOptions>(config, binary_options);
}

Config CategoricalFocalCrossentropy::to_config() const {
  return loss_object(*this, "CategoricalFocalCrossentropy", categorical_options, options_);
}
std::shared_ptr<CategoricalFocalCrossentropy> CategoricalFocalCrossentropy::from_config(const ConfigView& config) {
  return loss_from<CategoricalFocalCrossentropy, CategoricalFocalCrossentropyOptions>(config, categorical_options);
}

}  // namespace cornu::losses
