#include <cornu/framework/losses/circle.hpp>

#include <fmt/core.h>

#include <cmath>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/crossentropy.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/losses/object.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::losses {

namespace {

void require_shapes(const Shape& y_true, const Shape& y_pred) {
  const bool are_ids = y_true.rank() == 1 || (y_true.rank() == 2 && y_true.back() == 1);
  if (y_pred.rank() == 2 && are_ids && y_true[0] == y_pred[0]) return;
  throw ShapeError("circle", fmt::format("labels and embeddings do not fit; got y_true {} and y_pred {}; expected (n,) "
                                         "or (n, 1) and (n, d)",
                                         y_true, y_pred));
}

// ln Σ e^x over the columns where it counts.
Tensor sum_of_exponentials(const Tensor& x, const Tensor& counts) {
  return ops::logsumexp(ops::where(counts, x, ops::scalar(log_of_zero, x.dtype())), {.axis = 1});
}

}  // namespace

Tensor circle(const Tensor& y_true, const Tensor& y_pred, bool remove_diagonal, double gamma, double margin) {
  ops::require_floating("circle", y_pred);
  require_shapes(y_true.shape(), y_pred.shape());
  const std::int64_t n = y_pred.dim(0);
  const Tensor ids = ops::reshape(y_true, {n, 1}), zero = ops::scalar(0, y_pred.dtype());
  const Tensor is_same = ops::equal(ids, ops::reshape(y_true, {1, n})), is_other = ops::logical_not(is_same);
  const Tensor partners =
      remove_diagonal ? ops::logical_and(is_same, ops::logical_not(Tensor::eye(n, boolean))) : is_same;
  const Tensor distance = ops::maximum(1. - ops::matmul(y_pred, y_pred, false, true), zero);
  const Tensor near = (distance + margin) * (distance - margin) * gamma;
  const Tensor far = ops::maximum(1 + margin - distance, zero) * (1 - margin - distance) * gamma;
  return ops::softplus(sum_of_exponentials(near, partners) + sum_of_exponentials(far, is_other));
}

Circle::Circle(cornu::detail::NoOptions) : Circle() {}
Circle::Circle(CircleOptions options) : Loss(options.name, options.reduction), options_(std::move(options)) {}
std::pair<Tensor, Tensor> Circle::aligned(const Tensor& y_true, const Tensor& y_pred) const { return {y_true, y_pred}; }
Tensor Circle::call(const Tensor& y_true, const Tensor& y_pred) const {
  return circle(y_true, y_pred, options_.remove_diagonal, options_.gamma, options_.margin);
}
Tensor Circle::compute_mask(const Tensor& y_true, const Tensor& y_pred) const {
  return ops::greater(call(y_true, stop_gradient(y_pred)), 0.);
}
void Circle::check_labels(const Tensor& y_true, const Shape& prediction_shape) const {
  require_shapes(y_true.shape(), with_samples_of(y_true, prediction_shape));
  if (const auto bad = first_unusable(y_true, [](double id) { return id == std::floor(id); }))
    throw IndexError("circle", fmt::format("labels must be class ids; got {} in sample {}; expected whole numbers",
                                           bad->label, bad->sample));
}

namespace {

// Keras's keys, in its order
constexpr auto circle_options = [](auto& option, auto& options) {
  option("gamma", options.gamma);
  option("margin", options.margin);
  option("remove_diagonal", options.remove_diagonal);
};

}  // namespace

Config Circle::to_config() const { return loss_object(*this, "Circle", circle_options, options_); }
std::shared_ptr<Circle> Circle::from_config(const ConfigView& config) {
  return loss_from<Circle, CircleOptions>(config, circle_options);
}

}  // namespace cornu::losses
