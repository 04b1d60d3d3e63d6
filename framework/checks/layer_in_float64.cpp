#include <cornu/framework/checks/layer_in_float64.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

namespace cornu::detail {

namespace {

constexpr double difference_step = 1e-5, learning_rate = 1e-4;

// (f(x + h) − f(x − h)) / 2h, along one element
template <class F>
double central_difference(const Tensor& x, std::int64_t element, F f) {
  const auto moved = [&](double by) {
    Tensor changed = Tensor(x.shape(), x.values<double>());
    changed.mutable_data<double>()[element] += by;
    return f(changed);
  };
  return (moved(difference_step) - moved(-difference_step)) / (2 * difference_step);
}

template <class F>
LayerInFloat64::Comparison compare(std::string of, const Tensor& x, const Gradient& gradient, F f) {
  const Tensor analytic = gradient.empty() ? Tensor::zeros(x.shape(), float64) : gradient.to_dense();
  LayerInFloat64::Comparison worst{.of = std::move(of)};
  for (std::int64_t i = 0; i < x.size() && !std::isnan(worst.relative_error); ++i) {
    const double a = analytic.data<double>()[i], n = central_difference(x, i, f);
    const double error = std::abs(a - n) / std::max({1.0, std::abs(a), std::abs(n)});
    if (error <= worst.relative_error) continue;
    worst = {.of = std::move(worst.of), .analytic = a, .numeric = n, .relative_error = error};
  }
  return worst;
}

}  // namespace

LayerInFloat64::LayerInFloat64(const LayerMaker& make, const Tensors& inputs, std::uint64_t seed)
    : make_(make), seed_(seed), inputs_(inputs) {
  for (Tensor& input : inputs_)
    if (is_floating(input.dtype())) input = input.astype(float64);
  random::set_seed(seed);
  layer_ = make_();
  layer_->set_dtype(float64);
  outputs_ = layer_->apply(inputs_, {}).first;
  weights_ = layer_->get_weights();
}

namespace {
bool counts(const Tensor& output) { return output.dtype() == float64 && output.size() > 0; }
}  // namespace

bool LayerInFloat64::is_differentiable() const { return std::any_of(outputs_.begin(), outputs_.end(), counts); }

Tensors LayerInFloat64::call(const std::vector<Tensor>& weights, const Tensors& inputs) {
  std::vector<Shape> shapes;
  for (const Tensor& input : inputs) shapes.push_back(input.shape());
  random::set_seed(seed_);
  layer_ = make_();
  layer_->set_dtype(float64);
  layer_->ensure_built(Shapes(shapes));
  layer_->set_weights(weights);
  random::set_seed(seed_);
  return layer_->apply(inputs, {.training = true}).first;
}

Tensor LayerInFloat64::fixed_numbers(const Tensor& like) const {
  return random::normal(like.shape(), 0, 1, like.dtype(), random::Generator(seed_));
}

Tensor LayerInFloat64::weighted_sum(const std::vector<Tensor>& weights, const Tensors& inputs) {
  const AddedLosses added;
  Tensor sum = Tensor(0.);
  for (const Tensor& output : call(weights, inputs))
    if (counts(output)) sum = sum + ops::sum(output * fixed_numbers(output));
  return added.empty() ? sum : sum + ops::cast(added.total(), float64);
}

// Of each variable, and of each input behind them; empty for integers.
std::vector<Gradient> LayerInFloat64::gradients() {
  GradientTape tape({.persistent = true});
  for (const Tensor& input : inputs_)
    if (input.dtype() == float64) tape.watch(input);
  const Tensor sum = weighted_sum(weights_, inputs_);
  std::vector<Gradient> all = tape.gradient(sum, layer_->weights());
  for (const Tensor& input : inputs_) all.push_back(input.dtype() == float64 ? tape.gradient(sum, input) : Gradient());
  return all;
}

std::vector<LayerInFloat64::Comparison> LayerInFloat64::compare_gradients() {
  const std::vector<Gradient> analytic = gradients();
  const std::vector<Variable> variables = layer_->weights();
  std::vector<Comparison> all;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    if (!variables[i].trainable() || weights_[i].dtype() != float64) continue;
    all.push_back(compare(variables[i].name(), weights_[i], analytic[i], [&](const Tensor& w) {
      std::vector<Tensor> changed = weights_;
      changed[i] = w;
      return weighted_sum(changed, inputs_).item<double>();
    }));
  }
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (inputs_[i].dtype() != float64) continue;
    const std::string name = inputs_.size() == 1 ? "input" : fmt::format("input {}", i);
    all.push_back(compare(name, inputs_[i], analytic[variables.size() + i], [&](const Tensor& x) {
      Tensors changed = inputs_;
      changed[i] = x;
      return weighted_sum(weights_, changed).item<double>();
    }));
  }
  return all;
}

Tensor LayerInFloat64::squared_error(const std::vector<Tensor>& weights) {
  Tensor error = Tensor(0.);
  for (const Tensor& output : call(weights, inputs_))
    if (counts(output)) error = error + ops::mean(ops::square(output - fixed_numbers(output)));
  return error;
}

// w ← w − learning rate · gradient
LayerInFloat64::Step LayerInFloat64::train() {
  GradientTape tape({.persistent = true});
  const Tensor loss = squared_error(weights_);
  const std::vector<Variable> variables = layer_->weights();
  Step step{.weights = layer_->trainable_weights().size(), .loss_before = loss.item<double>()};
  std::vector<Tensor> moved = weights_;
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const Gradient gradient = variables[i].trainable() ? tape.gradient(loss, variables[i]) : Gradient();
    if (gradient.empty()) continue;
    moved[i] = weights_[i] - learning_rate * gradient.to_dense();
    step.squared_gradient += ops::sum(ops::square(gradient.to_dense())).item<double>();
  }
  step.loss_after = squared_error(moved).item<double>();
  return step;
}

}  // namespace cornu::detail
