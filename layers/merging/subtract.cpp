#include <cornu/layers/merging/subtract.hpp>

#include <fmt/core.h>

#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

Tensor Subtract::merge(const Tensors& inputs, const CallContext&) const {
  if (inputs.size() != 2)
    throw ValueError("Subtract", fmt::format("the layer takes two inputs; got {}", inputs.size()));
  return inputs[0] - inputs[1];
}

std::shared_ptr<Subtract> Subtract::from_config(const ConfigView& config) {
  return std::make_shared<Subtract>(layer_options_from(config));
}

}  // namespace cornu::layers
