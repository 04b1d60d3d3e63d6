#include <cornu/layers/regularization/dropout.hpp>

#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

Dropout::Dropout(double rate, DropoutOptions options)
    : Layer(layer_options(options)), rate_(rate), options_(std::move(options)) {
  if (!(0 <= rate && rate <= 1))
    throw ValueError("Dropout",
                     fmt::format("rate must lie in 0 … 1; got {}; expected the part to drop, such as 0.5", rate));
  if (options_.noise_shape && std::count(options_.noise_shape->begin(), options_.noise_shape->end(), 0) > 0)
    throw ValueError("Dropout",
                     fmt::format("extents of noise_shape must be None, or 1 or more; got {}", *options_.noise_shape));
  if (options_.seed) generator_ = random::Generator(*options_.seed);
  supports_masking_ = true;
}

// y = x / (1 − rate) where an element is kept, 0 elsewhere
Tensor Dropout::call(const Tensor& input, const CallContext& context) {
  const Shape noise_shape = noise_shape_for(input.shape());
  if (!context.training || rate_ == 0 || input.is_symbolic()) return input;
  if (rate_ == 1) return Tensor::zeros(input.shape(), input.dtype());
  return ops::where(draw_kept(noise_shape), input / (1 - rate_), Tensor::zeros({}, input.dtype()));
}

Shape Dropout::noise_shape_for(const Shape& input) const {
  if (!options_.noise_shape) return input;
  Shape shape = *options_.noise_shape;
  bool fits = shape.rank() == input.rank();
  for (std::size_t axis = 0; fits && axis < input.rank(); ++axis) {
    if (shape[axis] == None) shape = shape.with(axis, input[axis]);
    fits = shape[axis] == 1 || shape[axis] == input[axis] || input[axis] == None;
  }
  if (!fits)
    throw ShapeError("Dropout",
                     fmt::format("`noise_shape` does not fit the input; got {} for an input {}; expected one "
                                 "extent an axis: 1, None or the input's",
                                 *options_.noise_shape, input));
  return shape;
}

Tensor Dropout::draw_kept(const Shape& shape) {
  random::Generator drawn = generator_ ? *generator_ : random::next_generator();
  Tensor kept = Tensor::uninitialized(shape, boolean);
  bool* values = kept.mutable_data<bool>();
  std::generate(values, values + kept.size(), [&] { return drawn.uniform() >= rate_; });
  if (generator_) generator_ = drawn;
  return kept;
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& rate, auto& options) {
  option.required("rate", rate);
  option("seed", options.seed);
  option("noise_shape", options.noise_shape);
};

}  // namespace

Config Dropout::get_config() const { return write_options(LayerBase::get_config(), each_option, rate_, options_); }

std::shared_ptr<Dropout> Dropout::from_config(const ConfigView& config) {
  return from_options<Dropout, DropoutOptions, double>(config, each_option);
}

}  // namespace cornu::layers
