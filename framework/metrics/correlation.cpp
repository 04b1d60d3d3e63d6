#include <cornu/framework/metrics/correlation.hpp>

#include <fmt/core.h>

#include <utility>

#include <cornu/framework/base/log.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/metrics/object.hpp>
#include <cornu/framework/metrics/ratios.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::metrics {

namespace {

Tensor centred(const Tensor& x, std::int64_t axis) { return x - ops::mean(x, {.axis = axis, .keepdims = true}); }

void say_single(const std::string& name, const Tensor& y_pred, std::int64_t axis, bool& has_said) {
  if (y_pred.rank() == 0 || y_pred.dim(axis) != 1 || std::exchange(has_said, true)) return;
  log(
      fmt::format("{}: axis {} of predictions {} has one element, along which nothing varies; for a correlation of the "
                  "samples of a batch say axis = 0\n",
                  name, axis, y_pred.shape()));
}

}  // namespace

Tensor pearson_correlation(const Tensor& y_true, const Tensor& y_pred, std::int64_t axis) {
  const auto [t, p] = losses::of_same_shape("pearson_correlation", y_true.astype(float64), y_pred.astype(float64));
  const Tensor of_true = centred(t, axis), of_pred = centred(p, axis);
  const Tensor scale =
      ops::standard_deviation(of_true, {.axis = axis}) * ops::standard_deviation(of_pred, {.axis = axis});
  return ops::mean(of_true * of_pred, {.axis = axis}) / scale;
}

Tensor concordance_correlation(const Tensor& y_true, const Tensor& y_pred, std::int64_t axis) {
  const auto [t, p] = losses::of_same_shape("concordance_correlation", y_true.astype(float64), y_pred.astype(float64));
  const Tensor of_true = centred(t, axis), of_pred = centred(p, axis);
  const Tensor apart = ops::squared_difference(ops::mean(t, {.axis = axis}), ops::mean(p, {.axis = axis}));
  const Tensor spread =
      ops::mean(ops::square(of_true), {.axis = axis}) + ops::mean(ops::square(of_pred), {.axis = axis});
  return ops::mean(of_true * of_pred, {.axis = axis}) * 2. / (spread + apart + epsilon);
}

PearsonCorrelation::PearsonCorrelation(cornu::detail::NoOptions) : PearsonCorrelation() {}
PearsonCorrelation::PearsonCorrelation(PearsonCorrelationOptions options)
    : MeanMetricWrapper(
          [axis = options.axis](const Tensor& y_true, const Tensor& y_pred) {
            return pearson_correlation(y_true, y_pred, axis);
          },
          options.name, false),
      options_(options) {}
void PearsonCorrelation::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  MeanMetricWrapper::update_state(y_true, y_pred, sample_weight);
  say_single(name(), y_pred, options_.axis, has_said_single_);
}

ConcordanceCorrelation::ConcordanceCorrelation(cornu::detail::NoOptions) : ConcordanceCorrelation() {}
ConcordanceCorrelation::ConcordanceCorrelation(ConcordanceCorrelationOptions options)
    : MeanMetricWrapper(
          [axis = options.axis](const Tensor& y_true, const Tensor& y_pred) {
            return concordance_correlation(y_true, y_pred, axis);
          },
          options.name, false),
      options_(options) {}
void ConcordanceCorrelation::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  MeanMetricWrapper::update_state(y_true, y_pred, sample_weight);
  say_single(name(), y_pred, options_.axis, has_said_single_);
}

namespace {
constexpr auto axis_option = [](auto& option, auto& options) { option("axis", options.axis); };
}  // namespace

Config PearsonCorrelation::to_config() const {
  return metric_object(*this, "PearsonCorrelation", axis_option, options_);
}
std::shared_ptr<PearsonCorrelation> PearsonCorrelation::from_config(const ConfigView& config) {
  return metric_from<PearsonCorrelation, PearsonCorrelationOptions>(config, axis_option);
}

Config ConcordanceCorrelation::to_config() const {
  return metric_object(*this, "ConcordanceCorrelation", axis_option, options_);
}
std::shared_ptr<ConcordanceCorrelation> ConcordanceCorrelation::from_config(const ConfigView& config) {
  return metric_from<ConcordanceCorrelation, ConcordanceCorrelationOptions>(config, axis_option);
}

}  // namespace cornu::metrics
