#include <cornu/framework/losses/classification.hpp>

#include <utility>
#include <vector>

#include <cornu/framework/losses/crossentropy.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/losses/object.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::losses {

// ── two classes ─────────────────────────────────────────────────────────────────────────────────────────────────────

Tensor binary_crossentropy(const Tensor& y_true, const Tensor& y_pred, bool from_logits, double label_smoothing,
                           std::int64_t axis) {
  auto [t, p] = aligned("binary_crossentropy", y_true, y_pred);
  if (label_smoothing != 0) t = t * (1 - label_smoothing) + 0.5 * label_smoothing;
  return ops::mean(binary_crossentropies(t, p, from_logits), {.axis = axis});
}

BinaryCrossentropy::BinaryCrossentropy(cornu::detail::NoOptions) : BinaryCrossentropy() {}
BinaryCrossentropy::BinaryCrossentropy(BinaryCrossentropyOptions options)
    : Loss(options.name, options.reduction), options_(std::move(options)) {
  require_smoothing("BinaryCrossentropy", options_.label_smoothing);
}
Tensor BinaryCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
  return binary_crossentropy(y_true, y_pred, options_.from_logits, options_.label_smoothing, options_.axis);
}
void BinaryCrossentropy::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_binary_labels("binary_crossentropy", y_true, prediction_shape);
}

// ── several classes ─────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

Tensor with_classes_last(const Tensor& x, std::int64_t axis) {
  const std::size_t classes = x.shape().normalize_axis(axis);
  if (classes + 1 == x.rank()) return x;
  std::vector<std::int64_t> order;
  for (std::size_t i = 0; i < x.rank(); ++i)
    if (i != classes) order.push_back(static_cast<std::int64_t>(i));
  order.push_back(static_cast<std::int64_t>(classes));
  return ops::transpose(x, order);
}

constexpr IdsOf sparse{"sparse_categorical_crossentropy", "for one-hot labels use categorical_crossentropy"};

}  // namespace

Tensor categorical_crossentropy(const Tensor& y_true, const Tensor& y_pred, bool from_logits, double label_smoothing,
                                std::int64_t axis) {
  auto [t, p] = aligned("categorical_crossentropy", y_true, y_pred);
  if (label_smoothing != 0) t = t * (1 - label_smoothing) + label_smoothing / static_cast<double>(t.dim(-1));
  return -ops::sum(t * log_probabilities(p, from_logits, axis), {.axis = axis});
}

CategoricalCrossentropy::CategoricalCrossentropy(cornu::detail::NoOptions) : CategoricalCrossentropy() {}
CategoricalCrossentropy::CategoricalCrossentropy(CategoricalCrossentropyOptions options)
    : Loss(options.name, options.reduction), options_(std::move(options)) {
  require_smoothing("CategoricalCrossentropy", options_.label_smoothing);
}
Tensor CategoricalCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
  return categorical_crossentropy(y_true, y_pred, options_.from_logits, options_.label_smoothing, options_.axis);
}
void CategoricalCrossentropy::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("categorical_crossentropy", y_true, prediction_shape);
}

Tensor sparse_categorical_crossentropy(const Tensor& y_true, const Tensor& y_pred, bool from_logits,
                                       std::optional<std::int64_t> ignore_class, std::int64_t axis) {
  ops::require_floating(sparse.where, y_pred);
  Tensor labels = class_ids(sparse, y_true, y_pred.shape(), axis);
  const Tensor valid = ignore_class ? ops::not_equal(labels, static_cast<double>(*ignore_class)) : Tensor();
  if (valid.defined()) labels = ops::where(valid, labels, ops::scalar(0, labels.dtype()));
  const Tensor ids = usable_ids(sparse, labels, y_pred.dim(axis));
  Tensor p = with_classes_last(y_pred, axis);
  if (valid.defined()) p = ops::where(ops::expand_dims(valid, -1), p, ops::scalar(0, p.dtype()));  // no gradient of NaN
  const Tensor losses = sparse_crossentropies(ids, p, from_logits);
  return valid.defined() ? ops::where(valid, losses, ops::scalar(0, losses.dtype())) : losses;
}

SparseCategoricalCrossentropy::SparseCategoricalCrossentropy(cornu::detail::NoOptions)
    : SparseCategoricalCrossentropy() {}
SparseCategoricalCrossentropy::SparseCategoricalCrossentropy(SparseCategoricalCrossentropyOptions options)
    : Loss(options.name, options.reduction), options_(std::move(options)) {}
std::pair<Tensor, Tensor> SparseCategoricalCrossentropy::aligned(const Tensor& y_true, const Tensor& y_pred) const {
  return {y_true, y_pred};
}
Tensor SparseCategoricalCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
  return sparse_categorical_crossentropy(y_true, y_pred, options_.from_logits, options_.ignore_class, options_.axis);
}
Tensor SparseCategoricalCrossentropy::compute_mask(const Tensor& y_true, const Tensor& y_pred) const {
  if (!options_.ignore_class) return {};
  return ops::not_equal(class_ids(sparse, y_true, y_pred.shape(), options_.axis),
                        static_cast<double>(*options_.ignore_class));
}
void SparseCategoricalCrossentropy::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_ids(sparse, y_true, prediction_shape, options_.axis, options_.ignore_class);
}

// ── configs ─────────────────────────────────────────────────────────────────────────────────────────────────────────

namespace {

// Keras's keys, in its order
constexpr auto smoothed_options = [](auto& option, auto& options) {
  option("from_logits", options.from_logits);
  option("label_smoothing", options.label_smoothing);
  option("axis", options.axis);
};
constexpr auto sparse_options = [](auto& option, auto& options) {
  option("from_logits", options.from_logits);
  option("ignore_class", options.ignore_class);
  option.unless_usual("axis", options.axis, -1);  // Keras forgets it when it writes, and takes one when it reads
};

}  // namespace

Config BinaryCrossentropy::to_config() const {
  return loss_object(*this, "BinaryCrossentropy", smoothed_options, options_);
}
std::shared_ptr<BinaryCrossentropy> BinaryCrossentropy::from_config(const ConfigView& config) {
  return loss_from<BinaryCrossentropy, BinaryCrossentropyOptions>(config, smoothed_options);
}

Config CategoricalCrossentropy::to_config() const {
  return loss_object(*this, "CategoricalCrossentropy", smoothed_options, options_);
}
std::shared_ptr<CategoricalCrossentropy> CategoricalCrossentropy::from_config(const ConfigView& config) {
  return loss_from<CategoricalCrossentropy, CategoricalCrossentropyOptions>(config, smoothed_options);
}

Config SparseCategoricalCrossentropy::to_config() const {
  return loss_object(*this, "SparseCategoricalCrossentropy", sparse_options, options_);
}
std::shared_ptr<SparseCategoricalCrossentropy> SparseCategoricalCrossentropy::from_config(const ConfigView& config) {
  return loss_from<SparseCategoricalCrossentropy, SparseCategoricalCrossentropyOptions>(config, sparse_options);
}

}  // namespace cornu::losses
