#include <cornu/framework/losses/loss.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <span>

#include <cornu/framework/losses/crossentropy.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/framework/registry/names.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::losses {

namespace {

void require_same_shape(std::string_view loss, const Tensor& y_true, const Tensor& y_pred) {
  if (y_true.shape() != y_pred.shape())
    throw ShapeError(loss, fmt::format("labels and predictions have different shapes; got y_true {} and y_pred {}; "
                                       "expected the same shape, but for a last axis of 1",
                                       y_true.shape(), y_pred.shape()));
  if (y_true.rank() == 0)
    throw ShapeError(loss, "labels and predictions are scalars; got (); expected a batch of them");
}

// Labels as the predictions are: of their dtype and rank.
std::pair<Tensor, Tensor> aligned(std::string_view loss, const Tensor& y_true, const Tensor& y_pred) {
  ops::require_floating(loss, y_pred);
  auto both = squeeze_or_expand_to_same_rank(ops::cast(y_true, y_pred.dtype()), y_pred);
  require_same_shape(loss, both.first, both.second);
  return both;
}

// For a whole data set: shapes alone, the batch that of the labels.
void check_shapes(std::string_view loss, const Tensor& y_true, const Shape& prediction_shape) {
  if (y_true.rank() == 0 || prediction_shape.empty())
    throw ShapeError(loss, fmt::format("no batch; got labels {} for predictions {}", y_true.shape(), prediction_shape));
  const auto both = squeeze_or_expand_to_same_rank(Tensor::symbolic(y_true.shape()),
                                                   Tensor::symbolic(prediction_shape.with(0, y_true.dim(0))));
  require_same_shape(loss, both.first, both.second);
}

void require_smoothing(std::string_view loss, double label_smoothing) {
  if (!(label_smoothing >= 0 && label_smoothing <= 1))
    throw ValueError(loss, fmt::format("label_smoothing is out of range; got {}; expected 0 … 1", label_smoothing));
}

// The sample of the first label for which `usable` is false, -1 if there is none.
template <class F>
std::int64_t first_sample_without(const Tensor& y_true, F usable, double& label) {
  std::int64_t found = -1;
  detail::for_any_type(y_true.dtype(), [&]<class T>(T) {
    const std::span<const T> labels = y_true.values<T>();
    const auto first =
        std::find_if_not(labels.begin(), labels.end(), [&](T t) { return usable(static_cast<double>(t)); });
    if (first == labels.end()) return;
    label = static_cast<double>(*first);
    found = (first - labels.begin()) * y_true.dim(0) / y_true.size();
  });
  return found;
}

}  // namespace

// ── regression ──────────────────────────────────────────────────────────────────────────────────────────────────────

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

// ── two classes ─────────────────────────────────────────────────────────────────────────────────────────────────────

Tensor binary_crossentropy(const Tensor& y_true, const Tensor& y_pred, bool from_logits, double label_smoothing,
                           std::int64_t axis) {
  auto [t, p] = aligned("binary_crossentropy", y_true, y_pred);
  if (label_smoothing != 0) t = t * (1 - label_smoothing) + 0.5 * label_smoothing;
  return ops::mean(binary_crossentropies(t, p, from_logits), {.axis = axis});
}

BinaryCrossentropy::BinaryCrossentropy(BinaryCrossentropyOptions options)
    : Loss(options.name, options.reduction), options_(std::move(options)) {
  require_smoothing("BinaryCrossentropy", options_.label_smoothing);
}
Tensor BinaryCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
  return binary_crossentropy(y_true, y_pred, options_.from_logits, options_.label_smoothing, options_.axis);
}
void BinaryCrossentropy::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  check_shapes("binary_crossentropy", y_true, prediction_shape);
  double label = 0;
  const auto usable = [](double t) { return t >= 0 && t <= 1; };
  if (const std::int64_t sample = first_sample_without(y_true, usable, label); sample >= 0)
    throw ValueError("binary_crossentropy",
                     fmt::format("a label outside [0, 1]; got {} in sample {}; expected 0 or 1, or a probability; for "
                                 "more than two classes use sparse_categorical_crossentropy",
                                 label, sample));
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

// Class ids (n, …) of predictions (n, …, classes), or (n, …, 1).
Tensor class_ids(const Tensor& y_true, const Shape& y_pred, std::int64_t axis) {
  const Shape expected = y_pred.removed(y_pred.normalize_axis(axis));
  const bool extra = y_true.rank() == y_pred.rank() && y_true.dim(axis) == 1;
  const Tensor ids = extra ? ops::squeeze(y_true, axis) : y_true;
  if (ids.shape() != expected)
    throw ShapeError(
        "sparse_categorical_crossentropy",
        fmt::format("labels do not fit the predictions; got y_true {} and y_pred {}; expected class ids {}; "
                    "for one-hot labels use categorical_crossentropy",
                    y_true.shape(), y_pred, expected));
  return ids;
}

}  // namespace

Tensor categorical_crossentropy(const Tensor& y_true, const Tensor& y_pred, bool from_logits, double label_smoothing,
                                std::int64_t axis) {
  auto [t, p] = aligned("categorical_crossentropy", y_true, y_pred);
  if (label_smoothing != 0) t = t * (1 - label_smoothing) + label_smoothing / static_cast<double>(t.dim(-1));
  return -ops::sum(t * log_probabilities(p, from_logits, axis), {.axis = axis});
}

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
  ops::require_floating("sparse_categorical_crossentropy", y_pred);
  Tensor ids = ops::cast(class_ids(y_true, y_pred.shape(), axis), int32);
  const Tensor valid = ignore_class ? ops::not_equal(ids, static_cast<double>(*ignore_class)) : Tensor();
  if (valid.defined()) ids = ids * ops::cast(valid, int32);
  ops::require_ids("sparse_categorical_crossentropy", ids, y_pred.dim(axis));
  const Tensor losses = sparse_crossentropies(ids, with_classes_last(y_pred, axis), from_logits);
  return valid.defined() ? ops::where(valid, losses, ops::scalar(0, losses.dtype())) : losses;
}

SparseCategoricalCrossentropy::SparseCategoricalCrossentropy(SparseCategoricalCrossentropyOptions options)
    : Loss(options.name, options.reduction), options_(std::move(options)) {}
Tensor SparseCategoricalCrossentropy::call(const Tensor& y_true, const Tensor& y_pred) const {
  return sparse_categorical_crossentropy(y_true, y_pred, options_.from_logits, options_.ignore_class, options_.axis);
}
Tensor SparseCategoricalCrossentropy::compute_mask(const Tensor& y_true, const Tensor& y_pred) const {
  if (!options_.ignore_class) return {};
  return ops::not_equal(class_ids(y_true, y_pred.shape(), options_.axis), static_cast<double>(*options_.ignore_class));
}
void SparseCategoricalCrossentropy::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  const std::string_view where = "sparse_categorical_crossentropy";
  if (y_true.rank() == 0) throw ShapeError(where, "no batch; got a scalar label");
  class_ids(Tensor::symbolic(y_true.shape()), prediction_shape.with(0, y_true.dim(0)), options_.axis);
  const double classes = static_cast<double>(prediction_shape.dim(options_.axis));
  const auto usable = [&](double id) {
    if (options_.ignore_class && id == static_cast<double>(*options_.ignore_class)) return true;
    return id >= 0 && id < classes && id == std::floor(id);
  };
  double label = 0;
  if (const std::int64_t sample = first_sample_without(y_true, usable, label); sample >= 0)
    throw IndexError(where,
                     fmt::format("a label is no class; got {} in sample {}; expected 0 … {}, as the model has {} "
                                 "outputs",
                                 label, sample, classes - 1, classes));
}

namespace {

// Which of the three it is shows in the shapes of each batch.
class Crossentropy final : public Loss {
 public:
  Crossentropy() : Loss("crossentropy") {}
  Tensor call(const Tensor& y_true, const Tensor& y_pred) const override {
    return chosen(y_true.shape(), y_pred.shape()).call(y_true, y_pred);
  }
  void check_labels(const Tensor& y_true, const Shape& prediction_shape) const override {
    chosen(y_true.shape(), prediction_shape).check_labels(y_true, prediction_shape);
  }

 private:
  const Loss& chosen(const Shape& y_true, const Shape& y_pred) const {
    const LabelKind kind = label_kind(y_true, y_pred);
    if (kind == LabelKind::binary) return binary_;
    if (kind == LabelKind::sparse_categorical) return sparse_categorical_;
    return categorical_;
  }

  BinaryCrossentropy binary_;
  SparseCategoricalCrossentropy sparse_categorical_;
  CategoricalCrossentropy categorical_;
};

}  // namespace

}  // namespace cornu::losses

namespace cornu {

template <>
std::shared_ptr<losses::Loss> from_name<losses::Loss>(std::string_view name) {
  using losses::Loss;
  static constexpr detail::Named<Loss> table[] = {
      {detail::make_default<Loss, losses::MeanSquaredError>, {"mean_squared_error", "MeanSquaredError", "mse", "MSE"}},
      {detail::make_default<Loss, losses::MeanAbsoluteError>,
       {"mean_absolute_error", "MeanAbsoluteError", "mae", "MAE"}},
      {detail::make_default<Loss, losses::BinaryCrossentropy>,
       {"binary_crossentropy", "BinaryCrossentropy", "bce", "BCE"}},
      {detail::make_default<Loss, losses::CategoricalCrossentropy>,
       {"categorical_crossentropy", "CategoricalCrossentropy"}},
      {detail::make_default<Loss, losses::SparseCategoricalCrossentropy>,
       {"sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"}},
      {detail::make_default<Loss, losses::Crossentropy>, {"crossentropy", "ce"}},
  };
  return detail::make_by_name("loss", name, table);
}

template class Handle<losses::Loss>;

}  // namespace cornu
