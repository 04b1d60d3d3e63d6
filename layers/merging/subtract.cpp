#include <cornu/layers/merging/subtract.hpp>

#include <fmt/core.h>

#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

Tensor Subtract::merge(const Tensors& inputs, const CallContext&) const {
  if (inputs.size() != 2)
    throw ValueError("Subtract", fmt::format("the layer takes two inputs; got {}", inputs.size()));
  return inputs[0] - inputs[1];
}

}  // namespace cornu::layers
