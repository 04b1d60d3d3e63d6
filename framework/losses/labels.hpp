#pragma once
// Internal: what losses do with labels before they compute.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <cornu/framework/tensor/for_type.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::losses {

/// Labels as the predictions are: of their dtype and rank. Throws ValueError for predictions that are not floating,
/// ShapeError for shapes that differ by more than a last axis of 1 and for scalars.
std::pair<Tensor, Tensor> aligned(std::string_view loss, const Tensor& y_true, const Tensor& y_pred);

/// Both of one shape, where only a last axis of 1 may be missing. Throws ShapeError for others and for scalars.
std::pair<Tensor, Tensor> of_same_shape(std::string_view where, const Tensor& y_true, const Tensor& y_pred);

/// As aligned() for losses and metrics of users, but that whole class ids, (n, …) or (n, …, 1) for predictions
/// (n, …, classes), stay as they are.
std::pair<Tensor, Tensor> aligned_unless_ids(std::string_view where, const Tensor& y_true, const Tensor& y_pred);

/// What to do about labels with fewer axes than the predictions: "" or "; " and the advice.
const char* advice_about_steps(std::size_t label_rank, std::size_t prediction_rank);

/// The part of Loss::check_labels that all losses have whose labels are shaped as the predictions: whether shapes fit,
/// for any number of samples. Throws ShapeError.
void check_shapes(std::string_view loss, const Tensor& y_true, const Shape& prediction_shape);

/// The shape of predictions for as many samples as there are labels; () where one of them has no batch axis.
Shape with_samples_of(const Tensor& y_true, const Shape& prediction_shape);

/// check_shapes for labels of two classes. Throws ValueError for one outside 0 … 1, too.
void check_binary_labels(std::string_view loss, const Tensor& y_true, const Shape& prediction_shape);

/// Throws ValueError for a label_smoothing outside 0 … 1.
void require_smoothing(std::string_view loss, double label_smoothing);

/// Whose class ids they are, and what to do with one-hot labels there.
struct IdsOf {
  const char* where;
  const char* for_one_hot;
};

/// Class ids (n, …) of predictions (n, …, classes), or (n, …, 1). Throws ShapeError for other shapes.
Tensor class_ids(const IdsOf& of, const Tensor& y_true, const Shape& y_pred, std::int64_t axis);
/// The same as int32. Throws IndexError for one that is not whole, or outside 0 … classes-1.
Tensor usable_ids(const IdsOf& of, const Tensor& labels, std::int64_t classes);
/// Loss::check_labels for class ids. Throws as both.
void check_ids(const IdsOf& of, const Tensor& y_true, const Shape& prediction_shape, std::int64_t axis,
               std::optional<std::int64_t> ignore_class = {});

/// A label, and the sample that it belongs to.
struct LabelOfSample {
  double label;
  std::int64_t sample;
};

/// The first label for which `is_usable` is false.
template <class F>
std::optional<LabelOfSample> first_unusable(const Tensor& y_true, F is_usable) {
  std::optional<LabelOfSample> found;
  detail::for_any_type(y_true.dtype(), [&]<class T>(T) {
    const std::span<const T> labels = y_true.values<T>();
    const auto first =
        std::find_if_not(labels.begin(), labels.end(), [&](T t) { return is_usable(static_cast<double>(t)); });
    if (first == labels.end()) return;
    found = LabelOfSample{static_cast<double>(*first), (first - labels.begin()) * y_true.dim(0) / y_true.size()};
  });
  return found;
}

}  // namespace cornu::losses
