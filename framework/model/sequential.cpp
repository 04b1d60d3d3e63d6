#include <cornu/framework/model/sequential.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/layer/layer_call.hpp>

namespace cornu {

void Sequential::append(std::shared_ptr<LayerBase> layer) {
  if (!layer) throw ValueError("Sequential::add", "a layer is missing; got a null pointer; expected a layer");
  add_layer(std::move(layer));
  discard_outputs();
}

void Sequential::pop() {
  require_here();
  if (layers().empty()) throw StateError("Sequential::pop", "the model has no layers to remove");
  remove_last_layer();
  if (layers().empty()) input_shape_.reset();
  discard_outputs();
}

// A run through all layers without elements: each builds its weights from the shape that reaches it.
void Sequential::build(const Shape& input_shape) {
  if (!is_building()) {
    forget_build();
    return ensure_built(input_shape);
  }
  if (layers().empty()) throw StateError("Sequential::build", "the model has no layers; add one first");
  const Shape shape = input_shape.empty() ? input_shape : input_shape.with(0, None);
  Tensor x = Tensor::symbolic(shape, expected_input_dtype());
  Mask mask;
  std::string mask_maker;
  std::vector<Shape> shapes;
  for (const auto& layer : layers()) {
    if (mask) detail::require_masking("Sequential::build", *layer, mask_maker);
    const bool had_mask = mask.has_value();
    std::tie(x, mask) = layer->apply(x, {.mask = mask});
    if (mask && !had_mask) mask_maker = layer->place();
    shapes.push_back(x.shape());
  }
  input_shape_ = shape;
  output_shapes_ = std::move(shapes);
}

std::pair<Tensor, Mask> Sequential::call_with_mask(const Tensor& input, const CallContext& context) {
  std::pair<Tensor, Mask> current{input, context.mask};
  for (const auto& layer : layers()) current = layer->apply(current.first, {context.training, current.second});
  return current;
}

Tensor Sequential::call(const Tensor& input, const CallContext& context) {
  return call_with_mask(input, context).first;
}

std::optional<Shape> Sequential::expected_input_shape() const {
  return layers().empty() ? std::nullopt : layers().front()->expected_input_shape();
}

DType Sequential::expected_input_dtype() const {
  return layers().empty() ? dtype() : layers().front()->expected_input_dtype();
}

}  // namespace cornu
