#include <cornu/layers/merging/multiply.hpp>

#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::layers {

Tensor Multiply::merge(const Tensors& inputs, const CallContext& context) const {
  const Tensor one = Tensor::ones({}, inputs[0].dtype());
  Tensor product, counts;  // where an input counts, as far as all have masks
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Mask& mask = context.mask_of(i);
    const Tensor valid = mask ? as_large_as(inputs[i], *mask) : Tensor();
    const Tensor x = mask ? ops::where(valid, inputs[i], one) : inputs[i];
    product = i == 0 ? x : product * x;
    counts = i == 0 ? valid : (counts.defined() && mask ? ops::logical_or(counts, valid) : Tensor());
  }
  return counts.defined() ? ops::where(counts, product, Tensor::zeros({}, product.dtype())) : product;
}

std::shared_ptr<Multiply> Multiply::from_config(const ConfigView& config) {
  return std::make_shared<Multiply>(layer_options_from(config));
}

}  // namespace cornu::layers
