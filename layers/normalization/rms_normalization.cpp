#include <cornu/layers/normalization/rms_normalization.hpp>

#include <utility>

#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/normalization/moments.hpp>

namespace cornu::layers {

RMSNormalization::RMSNormalization(RMSNormalizationOptions options)
    : Layer(layer_options(options)), options_(std::move(options)) {
  require_epsilon("RMSNormalization", options_.epsilon);
  require_some("RMSNormalization", options_.axis);
}

// Keras, too, keeps the axes as a sorted list from then on.
void RMSNormalization::build(const Shape& input_shape) {
  ops::Axes(options_.axis).of(input_shape);
  options_.axis = options_.axis.sorted();
  scale_ = add_weight({.name = "scale", .shape = extents_along(options_.axis, input_shape), .initializer = "ones"});
}

// y = x / √(mean(x²) + epsilon) · scale
Tensor RMSNormalization::call(const Tensor& input) {
  require_extents("RMSNormalization", options_.axis, scale_.shape(), input.shape());
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  if (x.is_symbolic()) return x;
  const Tensor squares = ops::mean(ops::square(x), {.axis = options_.axis, .keepdims = true});
  return normalized(x, squares, options_.epsilon, as_shape(scale_, broadcast_along(options_.axis, x.shape())), {});
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& options) {
  option("axis", options.axis);
  option("epsilon", options.epsilon);
};

}  // namespace

Config RMSNormalization::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<RMSNormalization> RMSNormalization::from_config(const ConfigView& config) {
  return from_options<RMSNormalization, RMSNormalizationOptions>(config, each_option);
}

}  // namespace cornu::layers
