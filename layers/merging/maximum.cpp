#include <cornu/layers/merging/maximum.hpp>

#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

Tensor Maximum::merge(const Tensors& inputs, const CallContext& context) const {
  return merge_where_valid(inputs, context, ops::maximum);
}

std::shared_ptr<Maximum> Maximum::from_config(const ConfigView& config) {
  return std::make_shared<Maximum>(layer_options_from(config));
}

}  // namespace cornu::layers
