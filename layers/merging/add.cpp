#include <cornu/layers/merging/add.hpp>

#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

Tensor Add::merge(const Tensors& inputs, const CallContext&) const {
  Tensor sum = inputs[0];
  for (std::size_t i = 1; i < inputs.size(); ++i) sum = sum + inputs[i];
  return sum;
}

std::shared_ptr<Add> Add::from_config(const ConfigView& config) {
  return std::make_shared<Add>(layer_options_from(config));
}

}  // namespace cornu::layers
