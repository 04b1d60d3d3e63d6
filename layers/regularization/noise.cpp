#include <cornu/layers/regularization/noise.hpp>

#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/dropout_mask.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::layers {

Noise::Noise(std::optional<std::uint64_t> seed) {
  if (seed) generator_ = random::Generator(*seed);
}

template <class Draw>
Tensor Noise::drawn(Draw draw) {
  random::Generator generator = generator_ ? *generator_ : random::next_generator();
  Tensor numbers = draw(generator);
  if (generator_) generator_ = generator;
  return numbers;
}

Tensor Noise::kept(const Shape& shape, double rate) {
  return drawn([&](random::Generator& generator) { return ops::dropout_mask(shape, rate, generator); });
}

Tensor Noise::normal(const Shape& shape, double mean, double stddev, DType dtype) {
  return drawn([&](random::Generator& generator) {
    Tensor numbers = Tensor::uninitialized(shape, dtype);
    detail::for_floating_type(dtype, [&]<class T>(T) {
      T* const values = numbers.mutable_data<T>();
      std::generate(values, values + numbers.size(),
                    [&] { return static_cast<T>(mean + stddev * generator.normal()); });
    });
    return numbers;
  });
}

void require_rate(std::string_view layer, double rate, bool may_be_one, std::string_view option) {
  if (!(0 <= rate && rate <= 1))
    throw ValueError(layer,
                     fmt::format("{} must lie in 0 … 1; got {}; expected the part to drop, such as 0.5", option, rate));
  if (rate == 1 && !may_be_one)
    throw ValueError(layer,
                     fmt::format("{} must be less than 1, where the scale of what is left is infinite; got 1", option));
}

void require_noise_shape(std::string_view layer, const std::optional<Shape>& noise_shape) {
  if (noise_shape && std::count(noise_shape->begin(), noise_shape->end(), 0) > 0)
    throw ValueError(layer, fmt::format("extents of noise_shape must be None, or 1 or more; got {}", *noise_shape));
}

Shape noise_shape_for(std::string_view layer, const std::optional<Shape>& noise_shape, const Shape& input) {
  if (!noise_shape) return input;
  Shape shape = *noise_shape;
  bool fits = shape.rank() == input.rank();
  for (std::size_t axis = 0; fits && axis < input.rank(); ++axis) {
    if (shape[axis] == None) shape = shape.with(axis, input[axis]);
    fits = shape[axis] == 1 || shape[axis] == input[axis] || input[axis] == None;
  }
  if (!fits)
    throw ShapeError(layer, fmt::format("`noise_shape` does not fit the input; got {} for an input {}; expected one "
                                        "extent an axis: 1, None or the input's",
                                        *noise_shape, input));
  return shape;
}

Tensor dropped(const Tensor& x, double rate, const Shape& noise_shape, Noise& noise) {
  if (rate == 1) return Tensor::zeros(x.shape(), x.dtype());
  return ops::where(noise.kept(noise_shape, rate), x / (1 - rate), Tensor::zeros({}, x.dtype()));
}

}  // namespace cornu::layers
