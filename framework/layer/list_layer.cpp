#include <cornu/framework/layer/list_layer.hpp>

namespace cornu {

void ListLayer::build(const Shapes&) {}

void ListLayer::build(const Shape& input_shape) { build(Shapes({input_shape})); }

Masks ListLayer::compute_mask(const Tensors&, const Masks& masks) const {
  return supports_masking_ ? Masks(mask_at(masks, 0)) : Masks();
}

Tensor ListLayer::call(const Tensor& input, const CallContext& context) { return call_with_mask(input, context).first; }

std::pair<Tensor, Mask> ListLayer::call_with_mask(const Tensor& input, const CallContext& context) {
  const auto [outputs, masks] = call_with_masks(input, context);
  require_one_output(outputs.size());
  return {outputs[0], mask_at(masks, 0)};
}

std::pair<Tensors, Masks> ListLayer::call_with_masks(const Tensors& inputs, const CallContext& context) {
  Tensors outputs = call(inputs, context);
  Masks masks;
  for (std::size_t i = 0; i < inputs.size(); ++i) masks.push_back(context.mask_of(i));
  return {std::move(outputs), compute_mask(inputs, masks)};
}

}  // namespace cornu
