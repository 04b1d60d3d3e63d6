#include <cornu/framework/sequential.hpp>

#include <fmt/core.h>

#include <cornu/framework/errors.hpp>

namespace cornu {

void Sequential::append(std::shared_ptr<LayerBase> layer) {
  if (!layer) throw ValueError("Sequential::add", "no layer; got a null pointer; expected a layer");
  add_layer(std::move(layer));
  discard_outputs();
}

void Sequential::pop() {
  if (layers().empty()) throw StateError("Sequential::pop", "the model has no layers to remove");
  remove_last_layer();
  discard_outputs();
}

// A run through all layers without elements: each builds its weights from the shape that reaches it.
void Sequential::build(const Shape& input_shape) {
  if (layers().empty()) throw StateError("Sequential::build", "the model has no layers; add one first");
  std::vector<std::shared_ptr<LayerBase>> built_here;
  for (const auto& layer : layers())
    if (!layer->built()) built_here.push_back(layer);
  output_shapes_.clear();
  try {
    Tensor x = Tensor::symbolic(input_shape, expected_input_dtype());
    Mask mask;
    std::string mask_maker;
    for (const auto& layer : layers()) {
      if (mask && !layer->supports_masking())
        throw StateError(
            "Sequential::build",
            fmt::format("{} cannot take the mask that {} made; got mask_zero or Masking before a layer that "
                        "would count the padding; use mask_zero = false, or put layers::DropMask() in between",
                        layer->place(), mask_maker));
      const bool had_mask = mask.has_value();
      std::tie(x, mask) = layer->apply(x, {.mask = mask});
      if (mask && !had_mask) mask_maker = layer->place();
      output_shapes_.push_back(x.shape());
    }
  } catch (...) {
    for (const auto& layer : built_here) layer->discard_build();
    output_shapes_.clear();
    throw;
  }
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
