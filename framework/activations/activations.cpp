#include <cornu/framework/activations/activations.hpp>

#include <cornu/framework/activations/keras2.hpp>
#include <cornu/framework/ops/gelu.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::activations {

using ops::scalar, ops::where, ops::greater, ops::greater_equal, ops::less_equal, ops::less;

namespace {

Tensor constant(const Tensor& x, double value) { return scalar(value, x.dtype()); }

// x below 0, 0 above: keeps e^x from overflowing where it is not wanted.
Tensor negative_part(const Tensor& x) { return where(greater(x, 0), constant(x, 0), x); }

}  // namespace

Tensor celu(const Tensor& x, double alpha) {
  ops::require_floating("celu", x);
  return where(greater(x, 0), x, alpha * ops::expm1(negative_part(x) / alpha));
}
Tensor celu(const Tensor& x) { return celu(x, 1); }

Tensor elu(const Tensor& x, double alpha) {
  ops::require_floating("elu", x);
  return where(greater(x, 0), x, alpha * ops::expm1(negative_part(x)));
}
Tensor elu(const Tensor& x) { return elu(x, 1); }

Tensor exponential(const Tensor& x) { return ops::exp(x); }

Tensor gelu(const Tensor& x, bool approximate) { return ops::gelu(x, approximate); }
Tensor gelu(const Tensor& x) { return gelu(x, false); }

Tensor glu(const Tensor& x, std::int64_t axis) {
  ops::require_floating("glu", x);
  const std::int64_t extent = x.dim(axis);
  if (extent != None && extent % 2 != 0)
    throw ShapeError("glu",
                     fmt::format("cannot halve axis {}; got shape {}; expected an even extent", axis, x.shape()));
  const std::vector<Tensor> halves = ops::split(x, 2, axis);
  return halves[0] * sigmoid(halves[1]);
}
Tensor glu(const Tensor& x) { return glu(x, -1); }

Tensor hard_shrink(const Tensor& x, double threshold) {
  ops::require_floating("hard_shrink", x);
  return where(less_equal(ops::abs(x), threshold), constant(x, 0), x);
}
Tensor hard_shrink(const Tensor& x) { return hard_shrink(x, 0.5); }

Tensor hard_sigmoid(const Tensor& x) {
  ops::require_floating("hard_sigmoid", x);
  return relu6(x + 3) / 6;
}

Tensor keras2_hard_sigmoid(const Tensor& x) {
  ops::require_floating("keras2_hard_sigmoid", x);
  return ops::clip(0.2 * x + 0.5, 0, 1);
}

Tensor hard_silu(const Tensor& x) { return x * hard_sigmoid(x); }
Tensor hard_swish(const Tensor& x) { return hard_silu(x); }

Tensor hard_tanh(const Tensor& x) {
  ops::require_floating("hard_tanh", x);
  return ops::clip(x, -1, 1);
}

Tensor leaky_relu(const Tensor& x, double negative_slope) {
  ops::require_floating("leaky_relu", x);
  return where(greater_equal(x, 0), x, negative_slope * x);
}
Tensor leaky_relu(const Tensor& x) { return leaky_relu(x, 0.2); }

Tensor linear(const Tensor& x) { return x; }

Tensor log_sigmoid(const Tensor& x) { return -softplus(-x); }

Tensor log_softmax(const Tensor& x, std::int64_t axis) { return ops::log_softmax(x, axis); }
Tensor log_softmax(const Tensor& x) { return ops::log_softmax(x); }

Tensor mish(const Tensor& x) { return x * tanh(softplus(x)); }

Tensor relu(const Tensor& x, ReluOptions options) {
  const double threshold = options.threshold;
  if (threshold == 0 && !options.max_value && options.negative_slope != 0) return leaky_relu(x, options.negative_slope);
  Tensor y = threshold == 0 ? relu(x) : where(less_equal(x, threshold), constant(x, 0), x);
  if (options.max_value) y = ops::clip(y, 0, *options.max_value);
  return options.negative_slope == 0 ? y : y - options.negative_slope * relu(threshold - x);
}

// where rather than clip: like relu, it has no gradient at the corners
Tensor relu6(const Tensor& x) { return where(greater_equal(x, 6), constant(x, 6), relu(x)); }

// α and the scale keep mean 0 and variance 1 (Klambauer et al. 2017)
Tensor selu(const Tensor& x) {
  constexpr double alpha = 1.6732632423543772848170429916717, scale = 1.0507009873554804934193349852946;
  return scale * elu(x, alpha);
}

Tensor silu(const Tensor& x) { return x * sigmoid(x); }
Tensor swish(const Tensor& x) { return silu(x); }

Tensor soft_shrink(const Tensor& x, double threshold) {
  ops::require_floating("soft_shrink", x);
  return x - ops::clip(x, -threshold, threshold);
}
Tensor soft_shrink(const Tensor& x) { return soft_shrink(x, 0.5); }

Tensor softmax(const Tensor& x, std::int64_t axis) { return ops::softmax(x, axis); }
Tensor softmax(const Tensor& x) { return ops::softmax(x); }

Tensor softsign(const Tensor& x) {
  ops::require_floating("softsign", x);
  return x / (1 + ops::abs(x));
}

Tensor sparse_plus(const Tensor& x) {
  ops::require_floating("sparse_plus", x);
  const Tensor curve = where(less_equal(x, -1), constant(x, 0), 0.25 * ops::square(x + 1));
  return where(less(x, 1), curve, x);
}

Tensor sparse_sigmoid(const Tensor& x) {
  ops::require_floating("sparse_sigmoid", x);
  return 0.5 * ops::minimum(ops::maximum(x + 1, constant(x, 0)), constant(x, 2));
}

Tensor squareplus(const Tensor& x, double b) {
  ops::require_floating("squareplus", x);
  return 0.5 * (x + ops::sqrt(ops::square(x) + b));
}
Tensor squareplus(const Tensor& x) { return squareplus(x, 4); }

Tensor tanh_shrink(const Tensor& x) { return x - tanh(x); }

Tensor threshold(const Tensor& x, double threshold, double default_value) {
  ops::require_floating("threshold", x);
  return where(less_equal(x, threshold), constant(x, default_value), x);
}

}  // namespace cornu::activations
