#include <cornu/framework/losses/labels.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::losses {

namespace {

void require_same_shape(std::string_view loss, const Tensor& y_true, const Tensor& y_pred) {
  if (y_true.shape() != y_pred.shape())
    throw ShapeError(loss, fmt::format("labels and predictions have different shapes; got y_true {} and y_pred {}; "
                                       "expected the same shape; only a last axis of 1 may be missing",
                                       y_true.shape(), y_pred.shape()));
  if (y_true.rank() == 0)
    throw ShapeError(loss,
                     "labels and predictions must have a batch axis; got two scalars; expected (batch, …) for both");
}

}  // namespace

std::pair<Tensor, Tensor> aligned(std::string_view loss, const Tensor& y_true, const Tensor& y_pred) {
  ops::require_floating(loss, y_pred);
  auto both = squeeze_or_expand_to_same_rank(ops::cast(y_true, y_pred.dtype()), y_pred);
  require_same_shape(loss, both.first, both.second);
  return both;
}

void check_shapes(std::string_view loss, const Tensor& y_true, const Shape& prediction_shape) {
  if (y_true.rank() == 0 || prediction_shape.empty())
    throw ShapeError(
        loss,
        fmt::format(
            "labels and predictions must have a batch axis; got y_true {} and y_pred {}; expected (batch, …) for both",
            y_true.shape(), prediction_shape));
  const auto both = squeeze_or_expand_to_same_rank(Tensor::symbolic(y_true.shape()),
                                                   Tensor::symbolic(prediction_shape.with(0, y_true.dim(0))));
  require_same_shape(loss, both.first, both.second);
}

}  // namespace cornu::losses
