#include <cornu/layers/activations/masked_softmax.hpp>

#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

namespace {

// y = e^(x − ln Σ e^x)
Tensor softmax(const Tensor& x, const AxisList& axes) {
  if (axes.given().size() == 1) return ops::softmax(x, axes.given().front());
  return ops::exp(x - ops::logsumexp(x, {.axis = axes, .keepdims = true}));
}

}  // namespace

Tensor masked_softmax(const Tensor& x, const Mask& mask, const AxisList& axes) {
  if (!mask) return softmax(x, axes);
  constexpr double far_below = -1e9;
  const Tensor y = softmax(ops::where(*mask, x, Tensor::full({}, far_below, x.dtype())), axes);
  return ops::where(*mask, y, Tensor::zeros({}, x.dtype()));
}

}  // namespace cornu::layers
