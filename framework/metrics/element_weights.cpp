#include <cornu/framework/metrics/element_weights.hpp>

#include <fmt/core.h>

#include <cstddef>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::metrics {

namespace {

bool broadcasts_to(const Shape& weight, const Shape& shape) {
  for (std::size_t i = 0; i < weight.rank(); ++i)
    if (weight[i] != 1 && weight[i] != shape[i]) return false;
  return true;
}

}  // namespace

Tensor weights_of_elements(std::string_view where, const Tensor& sample_weight, const Shape& shape) {
  if (!sample_weight.defined()) return Tensor::ones(shape, float64);
  Shape of_weight = sample_weight.shape();
  while (of_weight.rank() > shape.rank() && of_weight.back() == 1) of_weight = of_weight.removed(of_weight.rank() - 1);
  while (of_weight.rank() < shape.rank()) of_weight.push_back(1);
  if (of_weight.rank() != shape.rank() || !broadcasts_to(of_weight, shape))
    throw ShapeError(where, fmt::format("weights do not fit; got {} for predictions {}; expected one a sample, a step "
                                        "or an element",
                                        sample_weight.shape(), shape));
  return ops::broadcast_to(sample_weight.astype(float64).with_shape(of_weight), shape);
}

}  // namespace cornu::metrics
