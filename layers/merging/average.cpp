#include <cornu/layers/merging/average.hpp>

#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

Tensor Average::merge(const Tensors& inputs, const CallContext&) const {
  Tensor sum = inputs[0];
  for (std::size_t i = 1; i < inputs.size(); ++i) sum = sum + inputs[i];
  return sum / static_cast<double>(inputs.size());
}

std::shared_ptr<Average> Average::from_config(const ConfigView& config) {
  return std::make_shared<Average>(layer_options_from(config));
}

}  // namespace cornu::layers
