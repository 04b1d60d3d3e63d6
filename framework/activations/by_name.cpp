#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/base/errors.hpp>

namespace cornu {

namespace {

using Function = Tensor (*)(const Tensor&);
struct Row {
  std::string_view name;
  Function function;
};

constexpr Row table[] = {
    {"celu", activations::celu},
    {"elu", activations::elu},
    {"exponential", activations::exponential},
    {"gelu", activations::gelu},
    {"glu", activations::glu},
    {"hard_shrink", activations::hard_shrink},
    {"hard_sigmoid", activations::hard_sigmoid},
    {"hard_silu", activations::hard_silu},
    {"hard_swish", activations::hard_swish},
    {"hard_tanh", activations::hard_tanh},
    {"leaky_relu", activations::leaky_relu},
    {"linear", activations::linear},
    {"log_sigmoid", activations::log_sigmoid},
    {"log_softmax", activations::log_softmax},
    {"mish", activations::mish},
    {"relu", activations::relu},
    {"relu6", activations::relu6},
    {"selu", activations::selu},
    {"sigmoid", activations::sigmoid},
    {"silu", activations::silu},
    {"soft_shrink", activations::soft_shrink},
    {"softmax", activations::softmax},
    {"softplus", activations::softplus},
    {"softsign", activations::softsign},
    {"sparse_plus", activations::sparse_plus},
    {"sparse_sigmoid", activations::sparse_sigmoid},
    {"sparsemax", activations::sparsemax},
    {"squareplus", activations::squareplus},
    {"swish", activations::swish},
    {"tanh", activations::tanh},
    {"tanh_shrink", activations::tanh_shrink},
};

Function function_named(std::string_view name) {
  const auto* row = std::find_if(std::begin(table), std::end(table), [&](const Row& r) { return r.name == name; });
  if (row != std::end(table)) return row->function;
  std::string names;
  for (const Row& known : table) names += fmt::format("{}{}", names.empty() ? "" : ", ", known.name);
  throw ValueError(
      "activation",
      fmt::format("unknown activation; got '{}'; expected one of {}; pass a function for any other", name, names));
}

std::string_view name_of(Function function) {
  const auto* row =
      std::find_if(std::begin(table), std::end(table), [&](const Row& r) { return r.function == function; });
  return row == std::end(table) ? "function" : row->name;
}

}  // namespace

struct Activation::Body {
  std::string name;
  std::function<Tensor(const Tensor&)> function;
};

Activation::Activation(const char* name) : Activation(function_named(name)) {}
Activation::Activation(const std::string& name) : Activation(function_named(name)) {}

Activation::Activation(Function function) {
  if (function != activations::linear) body_ = std::make_shared<Body>(Body{std::string(name_of(function)), function});
}

Activation::Activation(Any, std::function<Tensor(const Tensor&)> function)
    : body_(std::make_shared<Body>(Body{"function", std::move(function)})) {}

Activation::Activation(const Activation& other) = default;
Activation& Activation::operator=(const Activation& other) = default;
Activation& Activation::operator=(Activation&& other) noexcept = default;
Activation::~Activation() = default;

Tensor Activation::operator()(const Tensor& x) const { return body_ ? body_->function(x) : x; }

const std::string& Activation::name() const {
  static const std::string linear = "linear";
  return body_ ? body_->name : linear;
}

}  // namespace cornu
