#include <cornu/framework/layer/operation.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::detail {

namespace {

constexpr std::string_view numpy = "keras.src.ops.numpy", nn = "keras.src.ops.nn";

// One of the two functions is null.
struct Row {
  std::string_view name, module;
  Tensor (*unary)(const Tensor&);
  Tensor (*binary)(const Tensor&, const Tensor&);
};

constexpr Row table[] = {
    {"Absolute", numpy, ops::abs, nullptr},
    {"Add", numpy, nullptr, ops::add},
    {"Divide", numpy, nullptr, ops::divide},
    {"Equal", numpy, nullptr, ops::equal},
    {"Exp", numpy, ops::exp, nullptr},
    {"Greater", numpy, nullptr, ops::greater},
    {"GreaterEqual", numpy, nullptr, ops::greater_equal},
    {"Less", numpy, nullptr, ops::less},
    {"LessEqual", numpy, nullptr, ops::less_equal},
    {"Log", numpy, ops::log, nullptr},
    {"LogicalAnd", numpy, nullptr, ops::logical_and},
    {"LogicalNot", numpy, ops::logical_not, nullptr},
    {"LogicalOr", numpy, nullptr, ops::logical_or},
    {"Matmul", numpy, nullptr, ops::matmul},
    {"Maximum", numpy, nullptr, ops::maximum},
    {"Minimum", numpy, nullptr, ops::minimum},
    {"Multiply", numpy, nullptr, ops::multiply},
    {"Negative", numpy, ops::negative, nullptr},
    {"NotEqual", numpy, nullptr, ops::not_equal},
    {"Power", numpy, nullptr, ops::power},
    {"Relu", nn, ops::relu, nullptr},
    {"Sigmoid", nn, ops::sigmoid, nullptr},
    {"Softplus", nn, ops::softplus, nullptr},
    {"Sqrt", numpy, ops::sqrt, nullptr},
    {"Square", numpy, ops::square, nullptr},
    {"Subtract", numpy, nullptr, ops::subtract},
    {"Tanh", numpy, ops::tanh, nullptr},
    {"TrueDivide", numpy, nullptr, ops::divide},
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

}  // namespace

Operation::Operation(std::string keras_class, std::vector<OperationArgument> arguments, std::string name)
    : Layer({.name = std::move(name)}), keras_class_(std::move(keras_class)), arguments_(std::move(arguments)) {
  const std::size_t expected = row_of(keras_class_).unary ? 1 : 2;
  if (arguments_.size() != expected)
    throw ValueError("keras.ops", fmt::format("{} is called with another number of arguments; got {}; expected {}",
                                              keras_class_, arguments_.size(), expected));
  supports_masking_ = true;
  autocast_ = false;
}

Tensors Operation::call(const Tensors& inputs, const CallContext&) {
  const Row& row = row_of(keras_class_);
  std::size_t next = 0;
  const Tensor first = operand(arguments_[0], inputs, next);
  return row.unary ? row.unary(first) : row.binary(first, operand(arguments_[1], inputs, next));
}

std::string_view Operation::module() const { return row_of(keras_class_).module; }

std::vector<std::string_view> operation_names() {
  std::vector<std::string_view> names;
  for (const Row& row : table) names.push_back(row.name);
  return names;
}

UnderMask::UnderMask(std::string name) : Layer({.name = std::move(name)}) {
  supports_masking_ = true;
  autocast_ = false;
}

Tensors UnderMask::call(const Tensors& inputs, const CallContext&) { return inputs[0]; }

Masks UnderMask::compute_mask(const Tensors& inputs, const Masks&) const { return Mask(ops::cast(inputs[1], boolean)); }

}  // namespace cornu::detail
