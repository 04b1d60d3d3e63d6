#include <cornu/layers/core/einsum_dense.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/ops/einsum.hpp>
#include <cornu/layers/core/einsum_equation.hpp>
#include <cornu/layers/from_options.hpp>
#include <cornu/layers/layer_options.hpp>

namespace cornu::layers {

EinsumDense::EinsumDense(std::string equation, Shape output_shape, EinsumDenseOptions options)
    : Layer(layer_options(options)),
      equation_(std::move(equation)),
      output_shape_(output_shape),
      options_(std::move(options)) {
  require_einsum_equation(equation_);
}

namespace {

using Initializer = Handle<initializers::Initializer>;

// One that counts inputs and outputs, unless it was told which axes they are.
Initializer with_fans(const Initializer& given, const EinsumWeights& weights) {
  const auto scaling = std::dynamic_pointer_cast<const initializers::VarianceScaling>(given.shared());
  if (!scaling || !(scaling->options().input_axes.empty() || scaling->options().output_axes.empty())) return given;
  initializers::VarianceScalingOptions options = scaling->options();
  options.input_axes = weights.input_axes;
  options.output_axes = weights.output_axes;
  return initializers::VarianceScaling(std::move(options));
}

}  // namespace

void EinsumDense::build(const Shape& input_shape) {
  const EinsumEquation equation = einsum_equation(equation_, input_shape.rank());
  const EinsumWeights weights = einsum_weights(equation, options_.bias_axes, input_shape, output_shape_);
  whole_equation_ = equation.text();
  rank_ = input_shape.rank();
  kernel_ = add_weight({.name = "kernel",
                        .shape = weights.kernel,
                        .initializer = with_fans(options_.kernel_initializer, weights),
                        .regularizer = options_.kernel_regularizer,
                        .constraint = options_.kernel_constraint});
  if (!options_.bias_axes.empty())
    bias_ = add_weight({.name = "bias",
                        .shape = weights.bias,
                        .initializer = options_.bias_initializer,
                        .regularizer = options_.bias_regularizer,
                        .constraint = options_.bias_constraint});
}

// y = activation(einsum(x, kernel) + bias)
Tensor EinsumDense::call(const Tensor& input) {
  if (input.rank() != rank_)
    throw ShapeError("EinsumDense", fmt::format("the layer was built for another input; got shape {}; expected rank {}",
                                                input.shape(), rank_));
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  Tensor y = ops::einsum(whole_equation_, x, kernel_);
  if (bias_.defined()) y = y + bias_;
  return options_.activation ? options_.activation(y) : y;
}

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& output_shape, auto& equation, auto& bias_axes, auto& options) {
  option.required("output_shape", output_shape);
  option.required("equation", equation);
  option("activation", options.activation);
  option("bias_axes", bias_axes);
  option("kernel_initializer", options.kernel_initializer);
  option("bias_initializer", options.bias_initializer);
  option("kernel_regularizer", options.kernel_regularizer);
  option("bias_regularizer", options.bias_regularizer);
  option("activity_regularizer", options.activity_regularizer);
  option("kernel_constraint", options.kernel_constraint);
  option("bias_constraint", options.bias_constraint);
  option.ignored("quantization_config", nullptr);
};

}  // namespace

Config EinsumDense::get_config() const {
  const std::optional<std::string> bias_axes =
      options_.bias_axes.empty() ? std::nullopt : std::optional(options_.bias_axes);
  return write_options(LayerBase::get_config(), each_option, output_shape_, equation_, bias_axes, options_);
}

std::shared_ptr<EinsumDense> EinsumDense::from_config(const ConfigView& config) {
  auto options = with_layer_options<EinsumDenseOptions>(config);
  Shape output_shape;
  std::string equation;
  std::optional<std::string> bias_axes;
  read_options(config, each_option, output_shape, equation, bias_axes, options);
  options.bias_axes = bias_axes.value_or("");
  return std::make_shared<EinsumDense>(std::move(equation), output_shape, std::move(options));
}

}  // namespace cornu::layers
