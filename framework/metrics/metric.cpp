#include <cornu/framework/metrics/metric.hpp>

#include <algorithm>
#include <cstddef>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/class_name.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/metrics/direction.hpp>
#include <cornu/framework/metrics/element_weights.hpp>
#include <cornu/framework/ops/support.hpp>
#include <cornu/framework/registry/register_class.hpp>

namespace cornu::metrics {

namespace {

// Averaged over the axes from `first` on.
Tensor mean_from(const Tensor& x, std::size_t first) {
  if (x.rank() <= first) return x;
  std::int64_t kept = 1;
  for (std::size_t axis = 0; axis < first; ++axis) kept *= x.shape()[axis];
  const Tensor rows = ops::mean(ops::reshape(x, {kept, kept == 0 ? 0 : x.size() / kept}), {.axis = -1});
  return ops::reshape(rows, x.shape().slice(0, first));
}

double sum_of(const Tensor& x) { return ops::sum(x).item<double>(); }

// Values times their weights, 0 where these are.
Tensor weighted(const Tensor& values, const Tensor& weight) {
  return ops::where(ops::equal(weight, 0.), ops::scalar(0, values.dtype()), values * weight);
}

}  // namespace

void Mean::update_state(const Tensor& values, const Tensor& sample_weight) {
  const Tensor floats = is_floating(values.dtype()) ? values : ops::cast(values, float32);
  if (!sample_weight.defined()) {
    total_ += sum_of(mean_from(floats, 1));
    count_ += floats.rank() == 0 ? 1 : static_cast<double>(floats.dim(0));
    return;
  }
  auto [x, weight] = losses::squeeze_or_expand_to_same_rank(floats, ops::cast(sample_weight, floats.dtype()));
  x = mean_from(x, std::max<std::size_t>(weight.rank(), 1));
  weight = ops::broadcast_to(weight, x.shape());
  total_ += sum_of(mean_from(weighted(x, weight), 1));
  count_ += sum_of(mean_from(weight, 1));
}

void Mean::update_state(double value, double weight) {
  total_ += value * weight;
  count_ += weight;
}

void Sum::update_state(const Tensor& values, const Tensor& sample_weight) {
  const Tensor x = ops::cast(values, float64);
  total_ += sum_of(sample_weight.defined() ? weighted(x, weights_of_elements("Sum", sample_weight, x.shape())) : x);
}

Tensor Metric::results() const { return Tensor(result()); }

std::pair<Tensor, Tensor> Metric::aligned(const Tensor& y_true, const Tensor& y_pred) const {
  return losses::aligned_unless_ids(name_, y_true, y_pred);
}

std::pair<Tensor, Tensor> MeanMetricWrapper::aligned(const Tensor& y_true, const Tensor& y_pred) const {
  return aligns_ ? Metric::aligned(y_true, y_pred) : std::pair(y_true, y_pred);
}

void MeanMetricWrapper::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const auto [labels, predictions] = aligned(y_true, stop_gradient(y_pred));
  mean_.update_state(function_(labels, predictions), sample_weight);
}

std::optional<bool> Metric::more_is_better() const {
  return more_is_better_of(to_snake_case(cornu::detail::class_name_of(typeid(*this))));
}

Config Metric::to_config() const { return registered_object(*this, {{"name", name()}}); }

std::shared_ptr<Metric> Metric::from_function(Function function) {
  struct FunctionMetric final : MeanMetricWrapper {
    explicit FunctionMetric(Function f) : MeanMetricWrapper(std::move(f), "metric") {}
    Config to_config() const override { return unnamed_function(); }
  };
  return std::make_shared<FunctionMetric>(std::move(function));
}

Function::Function(std::string name, Metric::Function function)
    : MeanMetricWrapper(std::move(function), std::move(name)) {
  if (this->name().empty())
    throw ValueError("metrics::Function", "the name is empty; expected what the figure shall be called");
}

Config Function::to_config() const { return function_object(name()); }

}  // namespace cornu::metrics
