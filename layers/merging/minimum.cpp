#include <cornu/layers/merging/minimum.hpp>

#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

Tensor Minimum::merge(const Tensors& inputs, const CallContext& context) const {
  return merge_where_valid(inputs, context, ops::minimum);
}

}  // namespace cornu::layers
