#include <cornu/framework/onnx/onnx_activations.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/onnx/onnx_term.hpp>

namespace cornu::detail {

namespace {

using Term = OnnxTerm;

Term softplus(const Term& x) {  // max(x, 0) + ln(1 + e^−|x|)
  return x.of("Relu") + (x.of("Abs").of("Neg").of("Exp") + 1).of("Log");
}

Term elu(const Term& x, double alpha) { return onnx_elu(x, alpha); }

Term glu(const Term& x) {
  const OnnxNames halves = x.graph->add("Split", {x.name}, 2, {{"axis", std::int64_t{-1}}});
  return Term{x.graph, halves[0], x.dtype} * Term{x.graph, halves[1], x.dtype}.of("Sigmoid");
}

Term sparse_plus(const Term& x) {
  const Term middle = (x + 1) * (x + 1) / 4;
  return x.where(x.of("GreaterOrEqual", 1), middle.where(x.of("Greater", -1), x * 0));
}

Term hard_shrink(const Term& x) { return x.where(x.of("Abs").of("Greater", 0.5), x * 0); }

struct Row {
  std::string_view name;
  Term (*apply)(const Term&);
};

constexpr Row table[] = {
    {"celu", [](const Term& x) { return elu(x, 1); }},
    {"elu", [](const Term& x) { return elu(x, 1); }},
    {"exponential", [](const Term& x) { return x.of("Exp"); }},
    {"gelu", [](const Term& x) { return x * 0.5 * ((x * std::sqrt(0.5)).of("Erf") + 1); }},
    {"glu", glu},
    {"hard_shrink", hard_shrink},
    {"hard_sigmoid", [](const Term& x) { return (x + 3).clipped(0, 6) / 6; }},
    {"hard_silu", [](const Term& x) { return x * ((x + 3).clipped(0, 6) / 6); }},
    {"hard_swish", [](const Term& x) { return x * ((x + 3).clipped(0, 6) / 6); }},
    {"hard_tanh", [](const Term& x) { return x.clipped(-1, 1); }},
    {"leaky_relu", [](const Term& x) { return x.of("Max", 0) + x.of("Min", 0) * 0.2; }},
    {"linear", [](const Term& x) { return x; }},
    {"log_sigmoid", [](const Term& x) { return softplus(x.of("Neg")).of("Neg"); }},
    {"log_softmax",
     [](const Term& x) {
       return x.of("LogSoftmax", OnnxAttributes{{"axis", std::int64_t{-1}}});
     }},
    {"mish", [](const Term& x) { return x * softplus(x).of("Tanh"); }},
    {"relu", [](const Term& x) { return x.of("Relu"); }},
    {"relu6", [](const Term& x) { return x.clipped(0, 6); }},
    {"selu", [](const Term& x) { return elu(x, 1.6732632423543772) * 1.0507009873554805; }},
    {"sigmoid", [](const Term& x) { return x.of("Sigmoid"); }},
    {"silu", [](const Term& x) { return x * x.of("Sigmoid"); }},
    {"soft_shrink", [](const Term& x) { return x - x.clipped(-0.5, 0.5); }},
    {"softmax",
     [](const Term& x) {
       return x.of("Softmax", OnnxAttributes{{"axis", std::int64_t{-1}}});
     }},
    {"softplus", softplus},
    {"softsign", [](const Term& x) { return x.of("Div", x.of("Abs") + 1); }},
    {"sparse_plus", sparse_plus},
    {"sparse_sigmoid", [](const Term& x) { return ((x + 1) / 2).clipped(0, 1); }},
    {"squareplus", [](const Term& x) { return (x + (x * x + 4).of("Sqrt")) / 2; }},
    {"swish", [](const Term& x) { return x * x.of("Sigmoid"); }},
    {"tanh", [](const Term& x) { return x.of("Tanh"); }},
    {"tanh_shrink", [](const Term& x) { return x - x.of("Tanh"); }},
};

std::string name_in(const Config& activation) {
  if (activation.is_null()) return "linear";
  return activation.is_string() ? activation.as_string() : "a function without a name";
}

}  // namespace

std::string onnx_activation(OnnxGraph& graph, const Config& activation, const std::string& x, DType dtype) {
  const std::string name = name_in(activation);
  const auto found = std::find_if(std::begin(table), std::end(table), [&](const Row& row) { return row.name == name; });
  if (found == std::end(table))
    throw ValueError("export_onnx",
                     fmt::format("the activation has no words in ONNX; got {}; expected one by name, not "
                                 "sparsemax",
                                 name));
  return found->apply({&graph, x, dtype}).name;
}

std::optional<std::string> onnx_gate_activation(const Config& activation) {
  const std::string name = name_in(activation);
  if (name == "tanh") return "Tanh";
  if (name == "sigmoid") return "Sigmoid";
  if (name == "relu") return "Relu";
  return std::nullopt;  // the loop takes the others
}

}  // namespace cornu::detail
