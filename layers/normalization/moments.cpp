#include <cornu/layers/normalization/moments.hpp>

#include <fmt/core.h>

#include <cmath>

namespace cornu::layers {

Moments moments(const Tensor& x, const ops::Axes& axes) {
  const Tensor mean = ops::mean(x, {.axis = axes, .keepdims = true}), centred = x - mean;
  return {mean, ops::mean(ops::square(centred), {.axis = axes, .keepdims = true}), centred};
}

Moments masked_moments(const Tensor& x, const Tensor& mask, const ops::Axes& axes) {
  constexpr double epsilon = 1e-7;
  const Tensor counts = ops::broadcast_to(mask, x.shape()), zero = Tensor::zeros({}, x.dtype());
  const auto sum = [&](const Tensor& values) { return ops::sum(values, {.axis = axes, .keepdims = true}); };
  const Tensor number = sum(ops::cast(counts, x.dtype())) + epsilon;
  const Tensor mean = sum(ops::where(counts, x, zero)) / number, centred = x - mean;
  return {mean, sum(ops::square(ops::where(counts, centred, zero))) / number, centred};
}

Tensor normalized(const Tensor& centred, const Tensor& variance, double epsilon, const Tensor& gamma,
                  const Tensor& beta) {
  const Tensor inverse = ops::rsqrt(variance + epsilon);
  const Tensor y = centred * (gamma.defined() ? inverse * gamma : inverse);
  return beta.defined() ? y + beta : y;
}

Tensor as_shape(const Variable& weight, const Shape& shape) {
  return weight.defined() ? ops::reshape(weight, shape) : Tensor();
}

void require_epsilon(std::string_view layer, double epsilon) {
  if (!(epsilon >= 0 && std::isfinite(epsilon)))
    throw ValueError(layer, fmt::format("`epsilon` must be a number from 0 on; got {}", epsilon));
}

}  // namespace cornu::layers
