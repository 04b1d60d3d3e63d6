#include <cornu/framework/losses/labels.hpp>

#include <fmt/core.h>

#include <cmath>
#include <string>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::losses {

const char* advice_about_steps(std::size_t label_rank, std::size_t prediction_rank) {
  if (prediction_rank < 3 || label_rank >= prediction_rank) return "";
  return "; for one label a sample, put layers::GlobalAveragePooling1D() or layers::Flatten() in front of the last "
         "Dense";
}

namespace {

bool are_shaped_as_ids(const Shape& y_true, const Shape& prediction) {
  if (prediction.rank() < 2 || prediction.back() == 1) return false;
  const Shape ids = prediction.slice(0, prediction.rank() - 1);
  return y_true == ids || y_true == ids.inserted(ids.rank(), 1);
}

// What the labels, or the last layer, may have been meant to be.
std::string advice_about_labels(std::string_view where, const Shape& y_true, const Shape& prediction) {
  if (where == "categorical_crossentropy" && are_shaped_as_ids(y_true, prediction))
    return fmt::format("; for class ids use sparse_categorical_crossentropy, or to_categorical(y, {})",
                       prediction.back());
  if (y_true.rank() != prediction.rank() || y_true.rank() < 2 ||
      y_true.with(y_true.rank() - 1, 1) != prediction.with(prediction.rank() - 1, 1))
    return "";
  return fmt::format("; a last layer of {} units predicts such labels", y_true.back());
}

}  // namespace

std::pair<Tensor, Tensor> of_same_shape(std::string_view where, const Tensor& y_true, const Tensor& y_pred) {
  auto both = squeeze_or_expand_to_same_rank(y_true, y_pred);
  if (both.first.shape() != both.second.shape())
    throw ShapeError(where,
                     fmt::format("labels and predictions have different shapes; got y_true {} and y_pred {}; "
                                 "expected the same shape; only a last axis of 1 may be missing{}{}",
                                 y_true.shape(), y_pred.shape(), advice_about_steps(y_true.rank(), y_pred.rank()),
                                 advice_about_labels(where, y_true.shape(), y_pred.shape())));
  if (both.first.rank() == 0)
    throw ShapeError(where,
                     "labels and predictions must have a batch axis; got two scalars; expected (batch, …) for both");
  return both;
}

std::pair<Tensor, Tensor> aligned(std::string_view loss, const Tensor& y_true, const Tensor& y_pred) {
  ops::require_floating(loss, y_pred);
  return of_same_shape(loss, ops::cast(y_true, y_pred.dtype()), y_pred);
}

std::pair<Tensor, Tensor> aligned_unless_ids(std::string_view where, const Tensor& y_true, const Tensor& y_pred) {
  if (are_shaped_as_ids(y_true.shape(), y_pred.shape())) {
    if (is_integer(y_true.dtype())) return {y_true, y_pred};
    throw ShapeError(where,
                     fmt::format("labels do not fit the predictions; got y_true {} of {} and y_pred {}; expected "
                                 "labels of the predictions' shape, or class ids, which are int32 or int64",
                                 y_true.shape(), name_of(y_true.dtype()), y_pred.shape()));
  }
  return of_same_shape(where, ops::cast(y_true, y_pred.dtype()), y_pred);
}

void check_shapes(std::string_view loss, const Tensor& y_true, const Shape& prediction_shape) {
  if (y_true.rank() == 0 || prediction_shape.empty())
    throw ShapeError(
        loss,
        fmt::format(
            "labels and predictions must have a batch axis; got y_true {} and y_pred {}; expected (batch, …) for both",
            y_true.shape(), prediction_shape));
  of_same_shape(loss, Tensor::symbolic(y_true.shape()), Tensor::symbolic(prediction_shape.with(0, y_true.dim(0))));
}

Shape with_samples_of(const Tensor& y_true, const Shape& prediction_shape) {
  return y_true.rank() == 0 || prediction_shape.empty() ? Shape() : prediction_shape.with(0, y_true.dim(0));
}

void check_binary_labels(std::string_view loss, const Tensor& y_true, const Shape& prediction_shape) {
  check_shapes(loss, y_true, prediction_shape);
  const auto is_usable = [](double t) { return t >= 0 && t <= 1; };
  if (const auto bad = first_unusable(y_true, is_usable))
    throw ValueError(loss, fmt::format("labels must lie in 0 … 1; got {} in sample {}; expected 0, 1 or a probability; "
                                       "for more than two classes use sparse_categorical_crossentropy",
                                       bad->label, bad->sample));
}

void require_smoothing(std::string_view loss, double label_smoothing) {
  if (!(label_smoothing >= 0 && label_smoothing <= 1))
    throw ValueError(loss, fmt::format("label_smoothing must lie in 0 … 1; got {}", label_smoothing));
}

Tensor class_ids(const IdsOf& of, const Tensor& y_true, const Shape& y_pred, std::int64_t axis) {
  const Shape expected = y_pred.removed(y_pred.normalize_axis(axis));
  const bool extra = y_true.rank() == y_pred.rank() && y_true.dim(axis) == 1;
  const Tensor ids = extra ? ops::squeeze(y_true, axis) : y_true;
  if (ids.shape() != expected)
    throw ShapeError(of.where, fmt::format("labels do not fit the predictions; got y_true {} and y_pred {}; expected "
                                           "class ids of shape {}; {}{}",
                                           y_true.shape(), y_pred, expected, of.for_one_hot,
                                           advice_about_steps(y_true.rank(), y_pred.rank())));
  return ids;
}

Tensor usable_ids(const IdsOf& of, const Tensor& labels, std::int64_t classes) {
  const ops::IdWords words{.id = "label",
                           .where = "the classes",
                           .advice = classes == 1 ? "for two classes of one number take binary_crossentropy"
                                                  : "the predictions have one number for each class",
                           .advice_for_floats = "for probabilities use categorical_crossentropy"};
  const Tensor whole = is_integer(labels.dtype()) ? labels : ops::cast_exactly(of.where, labels, int64, words);
  ops::require_ids(of.where, whole, classes, words);
  return ops::cast(whole, int32);
}

void check_ids(const IdsOf& of, const Tensor& y_true, const Shape& prediction_shape, std::int64_t axis,
               std::optional<std::int64_t> ignore_class) {
  if (y_true.rank() == 0)
    throw ShapeError(of.where, "labels must have a batch axis; got a scalar; expected (batch, …)");
  class_ids(of, Tensor::symbolic(y_true.shape()), prediction_shape.with(0, y_true.dim(0)), axis);
  const double classes = static_cast<double>(prediction_shape.dim(axis));
  const auto is_usable = [&](double id) {
    if (ignore_class && id == static_cast<double>(*ignore_class)) return true;
    return id >= 0 && id < classes && id == std::floor(id);
  };
  if (const auto bad = first_unusable(y_true, is_usable))
    throw IndexError(of.where,
                     fmt::format("labels must be class ids; got {} in sample {}; expected 0 … {}, because "
                                 "the predictions have {} classes{}",
                                 bad->label, bad->sample, classes - 1, classes,
                                 classes == 1 ? "; for two classes of one number take binary_crossentropy" : ""));
}

}  // namespace cornu::losses
