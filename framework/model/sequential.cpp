#include <cornu/framework/model/sequential.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/layer/input_layer.hpp>
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

namespace {

std::shared_ptr<LayerBase> input_layer_for(const Shape& shape, DType dtype) {
  return std::make_shared<detail::InputLayer>(
      InputOptions{.shape = shape.removed(0), .batch_size = shape[0], .dtype = dtype, .name = "input_layer"});
}

}  // namespace

// A run through all layers without elements: each builds its weights from the shape that reaches it.
void Sequential::build(const Shape& input_shape) {
  if (!is_building()) {
    forget_build();
    input_layer_.reset();
    ensure_built(input_shape);
    if (!input_shape.empty() && input_shape[0] > 0)
      set_input_layer(input_layer_for(input_shape, expected_input_dtype()));
    return;
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
  if (input_shape_ != shape) input_layer_.reset();
  input_shape_ = shape;
  output_shapes_ = std::move(shapes);
}

void Sequential::set_input_layer(std::shared_ptr<LayerBase> layer) {
  const std::optional<Shape> shape = layer ? layer->expected_input_shape() : std::nullopt;
  if (shape && (!input_shape_ || shape->with(0, None) != *input_shape_))
    throw ShapeError("Sequential::set_input_layer",
                     fmt::format("the model is built for another input; got {}; expected {}", *shape,
                                 input_shape_ ? input_shape_->to_string() : "a model that is built"));
  input_layer_ = std::move(layer);
}

std::pair<Tensor, Mask> Sequential::call_with_mask(const Tensor& input, const CallContext& context) {
  std::pair<Tensor, Mask> current{input, context.mask};
  for (const auto& layer : layers())
    current = layer->apply(current.first, {.training = context.training, .mask = current.second});
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
