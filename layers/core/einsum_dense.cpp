#include <cornu/layers/core/einsum_dense.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include <cornu/framework/ops/einsum.hpp>
#include <cornu/framework/ops/ops.hpp>
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

// How many letters, the last of the input and the first of the kernel, are summed over when that is all that the
// equation does, as in "abc,cde->abde"; 0 for another equation.
std::size_t summed_letters(const EinsumEquation& equation) {
  for (std::size_t count = 1; count < std::min(equation.input.size(), equation.kernel.size()); ++count) {
    const std::size_t rows = equation.input.size() - count;
    if (equation.input.substr(rows) == equation.kernel.substr(0, count) &&
        equation.output == equation.input.substr(0, rows) + equation.kernel.substr(count))
      return count;
  }
  return 0;
}

// The extents before the axis, and behind it as one.
Shape as_matrix(const Shape& shape, std::size_t axis) {
  return shape.slice(0, axis).inserted(axis, shape.slice(axis, shape.rank()).size());
}

// x · kernel + bias as one product of matrices
Tensor linear(const Tensor& x, const Tensor& kernel, const Tensor& bias, std::size_t summed) {
  const std::size_t rows = x.rank() - summed;
  const Shape columns = kernel.shape().slice(summed, kernel.rank());
  const Tensor y = ops::linear(ops::reshape(x, as_matrix(x.shape(), rows)),
                               ops::reshape(kernel, {kernel.shape().slice(0, summed).size(), columns.size()}),
                               ops::reshape(bias, {columns.size()}));
  Shape shape = x.shape().slice(0, rows);
  for (const std::int64_t extent : columns) shape.push_back(extent);
  return ops::reshape(y, shape);
}

}  // namespace

void EinsumDense::build(const Shape& input_shape) {
  const EinsumEquation equation = einsum_equation(equation_, input_shape.rank());
  const EinsumWeights weights = einsum_weights(equation, options_.bias_axes, input_shape, output_shape_);
  whole_equation_ = equation.text();
  rank_ = input_shape.rank();
  const std::size_t summed = summed_letters(equation);
  const bool has_whole_bias = weights.bias == weights.kernel.slice(summed, weights.kernel.rank());
  summed_ = !options_.bias_axes.empty() && has_whole_bias ? summed : 0;
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

// einsum(x, kernel) + bias
Tensor EinsumDense::product(const Tensor& x) const {
  const Tensor kernel = kernel_;
  if (summed_ > 0 && !x.is_symbolic() && x.shape().slice(rank_ - summed_, rank_) == kernel.shape().slice(0, summed_))
    return linear(x, kernel, bias_, summed_);
  const Tensor y = ops::einsum(whole_equation_, x, kernel);
  return bias_.defined() ? y + bias_ : y;
}

// y = activation(einsum(x, kernel) + bias)
Tensor EinsumDense::call(const Tensor& input) {
  if (input.rank() != rank_)
    throw ShapeError("EinsumDense", fmt::format("the layer was built for another input; got shape {}; expected rank {}",
                                                input.shape(), rank_));
  const Tensor x = is_floating(input.dtype()) ? input : ops::cast(input, dtype());
  const Tensor y = product(x);
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
