#include <cornu/layers/merging/maximum.hpp>

#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

Tensor Maximum::merge(const Tensors& inputs, const CallContext& context) const {
  return merge_where_valid(inputs, context, ops::maximum);
}

}  // namespace cornu::layers
