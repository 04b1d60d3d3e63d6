// The operators between symbolic tensors: Keras's ops as layers of the graph.
#include <memory>
#include <utility>

#include <cornu/framework/layer/operation.hpp>

namespace cornu {

namespace {

using detail::OperationArgument;

SymbolicTensor operation(const char* keras_class, std::vector<OperationArgument> arguments,
                         const SymbolicTensors& inputs, Config config = Config::object()) {
  const auto layer = std::make_shared<detail::Operation>(keras_class, std::move(arguments), "", std::move(config));
  return (*layer)(inputs);
}

SymbolicTensor binary(const char* keras_class, const SymbolicTensor& a, const SymbolicTensor& b) {
  return operation(keras_class, {{}, {}}, {a, b});
}
SymbolicTensor binary(const char* keras_class, const SymbolicTensor& a, double b) {
  return operation(keras_class, {{}, {b}}, a);
}
SymbolicTensor binary(const char* keras_class, double a, const SymbolicTensor& b) {
  return operation(keras_class, {{a}, {}}, b);
}

}  // namespace

SymbolicTensor operator+(const SymbolicTensor& a, const SymbolicTensor& b) { return binary("Add", a, b); }
SymbolicTensor operator-(const SymbolicTensor& a, const SymbolicTensor& b) { return binary("Subtract", a, b); }
SymbolicTensor operator*(const SymbolicTensor& a, const SymbolicTensor& b) { return binary("Multiply", a, b); }
SymbolicTensor operator/(const SymbolicTensor& a, const SymbolicTensor& b) { return binary("TrueDivide", a, b); }
SymbolicTensor operator+(const SymbolicTensor& a, double b) { return binary("Add", a, b); }
SymbolicTensor operator-(const SymbolicTensor& a, double b) { return binary("Subtract", a, b); }
SymbolicTensor operator*(const SymbolicTensor& a, double b) { return binary("Multiply", a, b); }
SymbolicTensor operator/(const SymbolicTensor& a, double b) { return binary("TrueDivide", a, b); }
SymbolicTensor operator+(double a, const SymbolicTensor& b) { return binary("Add", a, b); }
SymbolicTensor operator-(double a, const SymbolicTensor& b) { return binary("Subtract", a, b); }
SymbolicTensor operator*(double a, const SymbolicTensor& b) { return binary("Multiply", a, b); }
SymbolicTensor operator/(double a, const SymbolicTensor& b) { return binary("TrueDivide", a, b); }
SymbolicTensor operator-(const SymbolicTensor& a) { return operation("Negative", {{}}, a); }

SymbolicTensor detail::joined(const SymbolicTensors& tensors, std::int64_t axis) {
  return operation("Concatenate", std::vector<OperationArgument>(tensors.size()), tensors,
                   Config::object().set("axis", axis));
}

}  // namespace cornu
