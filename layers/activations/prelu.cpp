#include <cornu/layers/activations/prelu.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

PReLU::PReLU(PReLUOptions options) : Layer(layer_options(options)), options_(std::move(options)) {
  supports_masking_ = true;
}

void PReLU::build(const Shape& input_shape) {
  Shape shape = input_shape.slice(1, input_shape.rank());
  for (const std::int64_t axis : options_.shared_axes) {
    if (axis < 1 || axis >= static_cast<std::int64_t>(input_shape.rank()))
      throw ValueError("PReLU",
                       fmt::format("`shared_axes` names an axis that a sample has not; got {} for {}; expected "
                                   "1 … {}",
                                   axis, input_shape, input_shape.rank() - 1));
    shape = shape.with(static_cast<std::size_t>(axis - 1), 1);
  }
  alpha_ = add_weight({.name = "alpha",
                       .shape = shape,
                       .initializer = options_.alpha_initializer,
                       .regularizer = options_.alpha_regularizer,
                       .constraint = options_.alpha_constraint});
}

// y = max(x, 0) − alpha · max(−x, 0)
Tensor PReLU::call(const Tensor& input) {
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  Shape expected(x.rank() > 0 ? x.dim(0) : None);
  for (std::size_t axis = 0; axis < alpha_.shape().rank(); ++axis) {
    const bool is_shared = std::count(options_.shared_axes.begin(), options_.shared_axes.end(), axis + 1) > 0;
    expected.push_back(is_shared ? None : alpha_.shape()[axis]);
  }
  if (!x.shape().fits(expected))
    throw ShapeError(
        "PReLU", fmt::format("the layer was built for another input; got shape {}; expected {}", x.shape(), expected));
  return ops::relu(x) - alpha_ * ops::relu(-x);
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& options) {
  option("alpha_initializer", options.alpha_initializer);
  option("alpha_regularizer", options.alpha_regularizer);
  option("alpha_constraint", options.alpha_constraint);
  option.null_if_empty("shared_axes", options.shared_axes);
};

}  // namespace

Config PReLU::get_config() const { return write_options(LayerBase::get_config(), each_option, options_); }

std::shared_ptr<PReLU> PReLU::from_config(const ConfigView& config) {
  return from_options<PReLU, PReLUOptions>(config, each_option);
}

}  // namespace cornu::layers
