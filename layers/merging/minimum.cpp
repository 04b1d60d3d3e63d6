#include <cornu/layers/merging/minimum.hpp>

#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

Tensor Minimum::merge(const Tensors& inputs, const CallContext& context) const {
  return merge_where_valid(inputs, context, ops::minimum);
}

std::shared_ptr<Minimum> Minimum::from_config(const ConfigView& config) {
  return std::make_shared<Minimum>(layer_options_from(config));
}

}  // namespace cornu::layers
