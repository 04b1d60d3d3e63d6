#include <cornu/layers/recurrent/time_distributed.hpp>

#include <fmt/core.h>

#include <cornu/framework/base/class_name.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/recurrent/from_config.hpp>

namespace cornu::layers {

TimeDistributed::TimeDistributed(const std::shared_ptr<LayerBase>& layer, TimeDistributedOptions options)
    : Layer(layer_options(options, layer ? layer->dtype() : float32)) {
  if (!layer) throw ValueError("TimeDistributed", "the layer is missing; got a null pointer");
  if (layer->name().empty()) layer->set_name(to_snake_case(layer->class_name()));
  layer_ = track("layer", layer);
  supports_masking_ = true;
}

namespace {

void require_steps(const Shape& input) {
  if (input.rank() < 3)
    throw ShapeError("TimeDistributed",
                     fmt::format("the input has no steps; got shape {}; expected (batch, steps, …)", input));
}

void require_mask(const Mask& mask, const Shape& input) {
  if (mask && (mask->rank() < 2 || !mask->shape().slice(0, 2).fits(input.slice(0, 2))))
    throw ShapeError("TimeDistributed", fmt::format("the mask does not fit; got {} for an input {}; expected {}, and "
                                                    "axes behind it that the layer takes",
                                                    mask->shape(), input, input.slice(0, 2)));
}

}  // namespace

void TimeDistributed::build(const Shape& input_shape) {
  require_steps(input_shape);
  layer_->ensure_built(input_shape.removed(1));
}

Tensor TimeDistributed::call(const Tensor& input, const CallContext& context) {
  require_steps(input.shape());
  require_mask(context.mask, input.shape());
  const std::int64_t steps = input.dim(1);
  if (input.is_symbolic() || steps == 0) {
    const Tensor step = (*layer_)(Tensor::symbolic(input.shape().removed(1), input.dtype()));
    const Shape shape = step.shape().inserted(1, steps);
    return input.is_symbolic() ? Tensor::symbolic(shape, step.dtype()) : Tensor::zeros(shape, step.dtype());
  }
  Tensors outputs;
  outputs.reserve(static_cast<std::size_t>(steps));
  for (std::int64_t step = 0; step < steps; ++step) {
    CallContext of_step{.training = context.training};
    if (context.mask && layer_->supports_masking()) of_step.mask = ops::select(*context.mask, 1, step);
    outputs.push_back((*layer_)(ops::select(input, 1, step), of_step));
  }
  return ops::stack(outputs, 1);
}

Mask TimeDistributed::compute_mask(const Tensor& input, const Mask& mask) const {
  if (!mask || mask->rank() == 2) return mask;
  const auto step = [](const Tensor& x) { return Tensor::symbolic(x.shape().removed(1), x.dtype()); };
  if (layer_->apply(step(input), {.mask = step(*mask)}).second) return mask;
  std::vector<std::int64_t> others;
  for (std::size_t axis = 2; axis < mask->rank(); ++axis) others.push_back(static_cast<std::int64_t>(axis));
  return ops::any(*mask, {.axis = ops::Axes(others)});
}

Config TimeDistributed::get_config() const {
  return LayerBase::get_config().merge(Config::object({{"layer", layer_to_config(*layer_)}}));
}

std::shared_ptr<TimeDistributed> TimeDistributed::from_config(const ConfigView& config) {
  return std::make_shared<TimeDistributed>(inner_layer<LayerBase>(config.at("layer"), "a layer"),
                                           with_layer_options<TimeDistributedOptions>(config));
}

}  // namespace cornu::layers
