#include <cornu/layers/merging/average.hpp>

#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

Tensor Average::merge(const Tensors& inputs, const CallContext&) const {
  Tensor sum = inputs[0];
  for (std::size_t i = 1; i < inputs.size(); ++i) sum = sum + inputs[i];
  return sum / static_cast<double>(inputs.size());
}

}  // namespace cornu::layers
