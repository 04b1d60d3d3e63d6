#include <cornu/layers/reshaping/reshape.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

namespace {

constexpr std::int64_t inferred = -1;

std::int64_t known_size(const Shape& target) {
  std::int64_t size = 1;
  for (const std::int64_t dim : target) size = ops::extents_product("Reshape", size, dim == inferred ? 1 : dim);
  return size;
}

}  // namespace

Reshape::Reshape(std::initializer_list<std::int64_t> target_shape, ReshapeOptions options)
    : Reshape(Shape(std::span(target_shape.begin(), target_shape.size())), std::move(options)) {}
Reshape::Reshape(Shape target_shape, ReshapeOptions options)
    : Layer(layer_options(options)), target_shape_(target_shape) {
  if (std::count(target_shape.begin(), target_shape.end(), inferred) > 1)
    throw ValueError("Reshape",
                     fmt::format("at most one extent can be inferred; got {}; expected one -1 at most", target_shape));
}

Tensor Reshape::call(const Tensor& input) {
  if (input.rank() == 0) throw ShapeError("Reshape", "the input has no batch; got shape (); expected (batch, …)");
  const Shape shape = target_for(input.shape().slice(1, input.rank())).inserted(0, input.dim(0));
  return input.is_symbolic() ? Tensor::symbolic(shape, input.dtype()) : ops::reshape(input, shape);
}

// target_shape with what it leaves open, as far as the sample's shape is known.
Shape Reshape::target_for(const Shape& sample) const {
  if (sample.has_none()) return target_shape_;
  const std::int64_t size = sample.size(), known = known_size(target_shape_);
  const auto open = std::find(target_shape_.begin(), target_shape_.end(), inferred);
  const bool fits = open == target_shape_.end() ? size == known : known != 0 && size % known == 0;
  if (!fits)
    throw ShapeError("Reshape", fmt::format("samples do not fit the target; got {}, {} elements; expected {}", sample,
                                            size, target_shape_));
  if (open == target_shape_.end()) return target_shape_;
  return target_shape_.with(static_cast<std::size_t>(open - target_shape_.begin()), size / known);
}

Config Reshape::get_config() const {
  Config target = Config::list(std::vector<Config>(target_shape_.begin(), target_shape_.end()));
  return LayerBase::get_config().merge(Config::object({{"target_shape", std::move(target)}}));
}

std::shared_ptr<Reshape> Reshape::from_config(const ConfigView& config) {
  Shape target;
  read_value(config.at("target_shape"), target);
  return std::make_shared<Reshape>(target, with_layer_options<ReshapeOptions>(config));
}

}  // namespace cornu::layers
