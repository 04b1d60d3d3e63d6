#include <cornu/framework/checks/check_gradients.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

namespace cornu {

namespace {

using Function = Callable<Tensor(const std::vector<Tensor>&)>;

// Floating inputs in float64, in memory that nobody else sees; the others as they are.
std::vector<Tensor> private_copies(const std::vector<Tensor>& inputs) {
  std::vector<Tensor> copies;
  for (const Tensor& input : inputs) {
    const Tensor wide = is_floating(input.dtype()) ? input.astype(float64) : input;
    copies.push_back(is_floating(input.dtype()) ? Tensor(wide.shape(), wide.values<double>()) : wide);
  }
  return copies;
}

Tensor evaluate(const Function& function, const std::vector<Tensor>& inputs) {
  Tensor y = function(inputs);
  if (y.dtype() != float64)
    throw ValueError("check_gradients", fmt::format("the function does not compute in float64; got a {} result; cast "
                                                    "its constants to the dtype of its inputs",
                                                    name_of(y.dtype())));
  return y;
}

// Fixed numbers in [−1, 1) for each element of a result; 1 for a scalar.
Tensor weights_for(const Tensor& y) {
  if (y.rank() == 0) return Tensor(1.0);
  random::Generator generator(1);
  std::vector<double> weights(static_cast<std::size_t>(y.size()));
  std::generate(weights.begin(), weights.end(), [&] { return 2 * generator.uniform() - 1; });
  return Tensor(y.shape(), std::span<const double>(weights));
}

std::vector<Tensor> analytic_gradients(const Function& function, const std::vector<Tensor>& inputs, Tensor& weights) {
  GradientTape tape({.persistent = true});
  for (const Tensor& input : inputs)
    if (is_floating(input.dtype())) tape.watch(input);
  const Tensor y = evaluate(function, inputs);
  weights = weights_for(y);
  const Tensor target = ops::sum(y * weights);
  std::vector<Tensor> gradients(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!is_floating(inputs[i].dtype())) continue;
    const Gradient gradient = tape.gradient(target, inputs[i]);
    gradients[i] = gradient.empty() ? Tensor::zeros(inputs[i].shape(), float64) : gradient.to_dense();
  }
  return gradients;
}

// Σ weights · (f(x + h) − f(x − h)) / 2h, for one element of x
double numeric_gradient(const Function& function, const std::vector<Tensor>& inputs, double& element,
                        const Tensor& weights, double step) {
  const double x = element;
  const auto values_at = [&](double place) {
    element = place;
    const std::vector<double> values = evaluate(function, inputs).to_vector<double>();
    element = x;
    return values;
  };
  const std::vector<double> above = values_at(x + step), below = values_at(x - step);
  double sum = 0;
  for (std::size_t i = 0; i < above.size(); ++i) sum += weights.data<double>()[i] * (above[i] - below[i]);
  return sum / ((x + step) - (x - step));
}

std::string position(const Shape& shape, std::int64_t offset) {
  std::string text;
  for (std::size_t axis = shape.rank(); axis > 0; --axis) {
    text = std::to_string(offset % shape[axis - 1]) + (text.empty() ? "" : ", ") + text;
    offset /= shape[axis - 1];
  }
  return "(" + text + ")";
}

void compare(GradientReport& report, double analytic, double numeric, std::size_t input, const Shape& shape,
             std::int64_t offset) {
  double error = std::abs(analytic - numeric) / std::max({1.0, std::abs(analytic), std::abs(numeric)});
  if (std::isnan(error)) error = std::numeric_limits<double>::infinity();
  ++report.checked;
  if (error <= report.max_relative_error) return;
  report.max_relative_error = error;
  report.where = fmt::format("input {} at {}: the tape says {}, central differences {}", input, position(shape, offset),
                             analytic, numeric);
}

}  // namespace

GradientReport check_gradients(const Function& function, const std::vector<Tensor>& inputs,
                               GradientCheckOptions options) {
  std::vector<Tensor> x = private_copies(inputs);
  Tensor weights;
  const std::vector<Tensor> analytic = analytic_gradients(function, x, weights);
  GradientReport report;
  for (std::size_t input = 0; input < x.size(); ++input) {
    if (!analytic[input].defined()) continue;
    double* const elements = x[input].mutable_data<double>();
    for (std::int64_t i = 0; i < x[input].size(); ++i)
      compare(report, analytic[input].data<double>()[i],
              numeric_gradient(function, x, elements[i], weights, options.step), input, x[input].shape(), i);
  }
  return report;
}

GradientReport check_gradients(const Callable<Tensor(const Tensor&)>& function, const std::vector<Tensor>& inputs,
                               GradientCheckOptions options) {
  if (inputs.size() != 1)
    throw ValueError("check_gradients",
                     fmt::format("the function takes one tensor; got {} inputs; expected 1", inputs.size()));
  return check_gradients([&](const std::vector<Tensor>& x) { return function(x[0]); }, inputs, options);
}

}  // namespace cornu
