#include <cornu/layers/merging/add.hpp>

#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

Tensor Add::merge(const Tensors& inputs, const CallContext&) const {
  Tensor sum = inputs[0];
  for (std::size_t i = 1; i < inputs.size(); ++i) sum = sum + inputs[i];
  return sum;
}

}  // namespace cornu::layers
