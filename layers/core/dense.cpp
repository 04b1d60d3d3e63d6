#include <cornu/layers/core/dense.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/activations/softmax_of_one.hpp>
#include <cornu/framework/ops/linear_relu.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>
#include <cornu/layers/positive.hpp>

namespace cornu::layers {

namespace {

DenseOptions with_activation(DenseOptions options, cornu::Activation activation) {
  options.activation = std::move(activation);
  return options;
}

}  // namespace

Dense::Dense(std::int64_t units, cornu::detail::NoOptions) : Dense(units) {}
Dense::Dense(std::int64_t units, DenseOptions options)
    : Layer(layer_options(options)), units_(units), options_(std::move(options)) {
  require_positive("Dense", "units", units);
  supports_masking_ = true;
}

Dense::Dense(std::int64_t units, cornu::Activation activation, DenseOptions options)
    : Dense(units, with_activation(std::move(options), std::move(activation))) {}

void Dense::build(const Shape& input_shape) {
  if (input_shape.rank() < 2)
    throw ShapeError(
        "Dense",
        fmt::format("the input must be a batch of vectors; got shape {}; expected (batch, …, inputs); add an axis "
                    "with ops::expand_dims",
                    input_shape));
  cornu::detail::warn_of_softmax_of_one(place(), options_.activation, units_);
  kernel_ = add_weight({.name = "kernel",
                        .shape = {input_shape.back(), units_},
                        .initializer = options_.kernel_initializer,
                        .regularizer = options_.kernel_regularizer,
                        .constraint = options_.kernel_constraint});
  if (options_.use_bias)
    bias_ = add_weight({.name = "bias",
                        .shape = {units_},
                        .initializer = options_.bias_initializer,
                        .regularizer = options_.bias_regularizer,
                        .constraint = options_.bias_constraint});
}

Tensor Dense::call(const Tensor& input) {
  const std::int64_t inputs = kernel_.shape()[0];
  if (input.rank() < 2 || (input.dim(-1) != inputs && input.dim(-1) != None))
    throw ShapeError("Dense", fmt::format("the layer was built for another input; got shape {}; expected rank 2 or "
                                          "more and {} along the last axis{}",
                                          input.shape(), inputs,
                                          input.rank() == 1 && input.dim(0) == inputs
                                              ? "; one sample is a batch of one: ops::expand_dims(x, 0)"
                                              : ""));
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  if (options_.use_bias && options_.activation.name() == "relu") return ops::linear_relu(x, kernel_, bias_);
  const Tensor y = options_.use_bias ? ops::linear(x, kernel_, bias_) : ops::matmul(x, kernel_);
  return options_.activation ? options_.activation(y) : y;
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& units, auto& options) {
  option.required("units", units);
  option("activation", options.activation);
  option("use_bias", options.use_bias);
  option("kernel_initializer", options.kernel_initializer);
  option("bias_initializer", options.bias_initializer);
  option("kernel_regularizer", options.kernel_regularizer);
  option("bias_regularizer", options.bias_regularizer);
  option("kernel_constraint", options.kernel_constraint);
  option("bias_constraint", options.bias_constraint);
  option.ignored("quantization_config", nullptr);
};

}  // namespace

Config Dense::get_config() const { return write_options(LayerBase::get_config(), each_option, units_, options_); }

std::shared_ptr<Dense> Dense::from_config(const ConfigView& config) {
  return from_options<Dense, DenseOptions, std::int64_t>(config, each_option);
}

}  // namespace cornu::layers
