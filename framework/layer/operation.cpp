#include <cornu/framework/layer/operation.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/registry/options.hpp>

namespace cornu::detail {

namespace {

constexpr std::string_view numpy = "keras.src.ops.numpy", nn = "keras.src.ops.nn", math = "keras.src.ops.math";

using Unary = Tensor (*)(const Tensor&);
using Binary = Tensor (*)(const Tensor&, const Tensor&);
using Reduction = Tensor (*)(const Tensor&, ops::ReduceOptions);
using AlongAxis = Tensor (*)(const Tensor&, std::int64_t axis);
using Joining = Tensor (*)(const Tensors&, std::int64_t axis);

// One of the functions is not null.
struct Row {
  std::string_view name, module;
  Unary unary = nullptr;
  Binary binary = nullptr;
  Reduction reduction = nullptr;
  AlongAxis along_axis = nullptr;
  Joining joining = nullptr;
};

constexpr Row unary(std::string_view name, std::string_view module, Unary f) {
  return {.name = name, .module = module, .unary = f};
}
constexpr Row binary(std::string_view name, std::string_view module, Binary f) {
  return {.name = name, .module = module, .binary = f};
}
constexpr Row reduction(std::string_view name, std::string_view module, Reduction f) {
  return {.name = name, .module = module, .reduction = f};
}
constexpr Row along_axis(std::string_view name, std::string_view module, AlongAxis f) {
  return {.name = name, .module = module, .along_axis = f};
}
constexpr Row joining(std::string_view name, std::string_view module, Joining f) {
  return {.name = name, .module = module, .joining = f};
}

constexpr Row table[] = {
    unary("Absolute", numpy, ops::abs),
    binary("Add", numpy, ops::add),
    reduction("All", numpy, ops::all),
    reduction("Amax", numpy, ops::max),
    reduction("Amin", numpy, ops::min),
    reduction("Any", numpy, ops::any),
    unary("Ceil", numpy, ops::ceil),
    joining("Concatenate", numpy, ops::concatenate),
    unary("Cos", numpy, ops::cos),
    along_axis("Cumsum", numpy, ops::cumsum),
    binary("Divide", numpy, ops::divide),
    binary("Equal", numpy, ops::equal),
    unary("Erf", math, ops::erf),
    unary("Exp", numpy, ops::exp),
    along_axis("ExpandDims", numpy, ops::expand_dims),
    unary("Expm1", numpy, ops::expm1),
    along_axis("Flip", numpy, ops::flip),
    unary("Floor", numpy, ops::floor),
    binary("FloorDivide", numpy, ops::floor_divide),
    binary("Greater", numpy, ops::greater),
    binary("GreaterEqual", numpy, ops::greater_equal),
    binary("Less", numpy, ops::less),
    binary("LessEqual", numpy, ops::less_equal),
    unary("Log", numpy, ops::log),
    unary("Log1p", numpy, ops::log1p),
    along_axis("LogSoftmax", nn, ops::log_softmax),
    binary("LogicalAnd", numpy, ops::logical_and),
    unary("LogicalNot", numpy, ops::logical_not),
    binary("LogicalOr", numpy, ops::logical_or),
    reduction("Logsumexp", math, ops::logsumexp),
    binary("Matmul", numpy, ops::matmul),
    reduction("Max", numpy, ops::max),
    binary("Maximum", numpy, ops::maximum),
    reduction("Mean", numpy, ops::mean),
    reduction("Min", numpy, ops::min),
    binary("Minimum", numpy, ops::minimum),
    binary("Mod", numpy, ops::mod),
    binary("Multiply", numpy, ops::multiply),
    unary("Negative", numpy, ops::negative),
    binary("NotEqual", numpy, ops::not_equal),
    binary("Power", numpy, ops::power),
    reduction("Prod", numpy, ops::prod),
    unary("Reciprocal", numpy, ops::reciprocal),
    unary("Relu", nn, ops::relu),
    unary("Relu6", nn, activations::relu6),
    unary("Rsqrt", math, ops::rsqrt),
    unary("Sigmoid", nn, ops::sigmoid),
    unary("Sign", numpy, ops::sign),
    unary("Silu", nn, activations::silu),
    unary("Sin", numpy, ops::sin),
    along_axis("Softmax", nn, ops::softmax),
    unary("Softplus", nn, ops::softplus),
    unary("Sqrt", numpy, ops::sqrt),
    unary("Square", numpy, ops::square),
    joining("Stack", numpy, ops::stack),
    reduction("Std", numpy, ops::standard_deviation),
    binary("Subtract", numpy, ops::subtract),
    reduction("Sum", numpy, ops::sum),
    unary("Tanh", numpy, ops::tanh),
    binary("TrueDivide", numpy, ops::divide),
    reduction("Var", numpy, ops::variance),
};

const Row& row_of(std::string_view name) {
  const auto found = std::find_if(std::begin(table), std::end(table), [&](const Row& row) { return row.name == name; });
  if (found != std::end(table)) return *found;
  std::string names;
  for (const Row& row : table) names += fmt::format("{}{}", names.empty() ? "" : ", ", row.name);
  throw ValueError("keras.ops", fmt::format("the op {} does not run here; expected one of {}", name, names));
}

// Beside a float tensor a number takes the tensor's dtype; so does a whole number beside integers.
Tensor operand(const OperationArgument& argument, const Tensors& inputs, std::size_t& next) {
  if (!argument.number) return inputs[next++];
  return Tensor(*argument.number).astype(inputs[0].dtype());
}

// An axis, a list of axes, or null for all of them.
ops::Axes axes_of(const ConfigView& value) {
  if (value.is_null()) return {};
  if (!value.is_list()) return value.as_int();
  std::vector<std::int64_t> axes;
  read_value(value, axes);
  return ops::Axes(axes);
}

// What every layer's config may have besides.
void skip_options_of_layers(const ConfigView& config) {
  for (const char* key : {"name", "trainable"}) config.find(key);
}

void require_nothing_else(const std::string& keras_class, const ConfigView& config) {
  const OptionReader reader(config);
  for (const char* key : {"initial", "dtype"}) reader.only(key, nullptr);
  skip_options_of_layers(config);
  for (const std::string& key : config.unread_keys())
    config.fail(fmt::format("{} has an option that is not known here; got '{}'", keras_class, key));
}

void require_arguments(const Row& row, const std::vector<OperationArgument>& arguments) {
  const std::size_t expected = row.binary ? 2 : 1, got = arguments.size();
  if (row.joining ? got < 1 : got != expected)
    throw ValueError("keras.ops", fmt::format("{} is called with another number of arguments; got {}; expected {}",
                                              row.name, got, row.joining ? "1 or more" : std::to_string(expected)));
  if (row.binary) return;
  for (const OperationArgument& argument : arguments)
    if (argument.number)
      throw ValueError("keras.ops", fmt::format("{} is called with a number; got {}; expected a tensor", row.name,
                                                *argument.number));
}

}  // namespace

Operation::Operation(std::string keras_class, std::vector<OperationArgument> arguments, std::string name, Config config)
    : Layer({.name = std::move(name)}),
      keras_class_(std::move(keras_class)),
      arguments_(std::move(arguments)),
      config_(std::move(config)) {
  const Row& row = row_of(keras_class_);
  require_arguments(row, arguments_);
  const ConfigView view(config_, "keras.ops", "", keras_class_);
  if (row.reduction) {
    if (const auto axis = view.find("axis")) reduce_.axis = axes_of(*axis);
    reduce_.keepdims = view.get("keepdims", false);
  }
  if (row.along_axis || row.joining) axis_ = view.get("axis", row.joining == ops::stack ? 0 : -1);
  if (!row.unary && !row.binary) require_nothing_else(keras_class_, view);
  supports_masking_ = true;
  autocast_ = false;
}

Tensors Operation::call(const Tensors& inputs, const CallContext&) {
  const Row& row = row_of(keras_class_);
  if (row.unary) return row.unary(inputs[0]);
  if (row.reduction) return row.reduction(inputs[0], reduce_);
  if (row.along_axis) return row.along_axis(inputs[0], axis_);
  if (row.joining) return row.joining(inputs, axis_);
  std::size_t next = 0;
  const Tensor first = operand(arguments_[0], inputs, next);
  return row.binary(first, operand(arguments_[1], inputs, next));
}

bool Operation::takes_list() const { return row_of(keras_class_).joining != nullptr; }

std::string_view Operation::module() const { return row_of(keras_class_).module; }

std::vector<std::string_view> operation_names() {
  std::vector<std::string_view> names;
  for (const Row& row : table) names.push_back(row.name);
  return names;
}

}  // namespace cornu::detail
