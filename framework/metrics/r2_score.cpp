#include <cornu/framework/metrics/r2_score.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/metrics/element_weights.hpp>
#include <cornu/framework/metrics/object.hpp>
#include <cornu/framework/metrics/ratios.hpp>
#include <cornu/framework/ops/ops.hpp>

namespace cornu::metrics {

R2Score::R2Score(cornu::detail::NoOptions) : R2Score() {}
R2Score::R2Score(R2ScoreOptions options) : Metric(options.name), options_(std::move(options)) {
  const auto& how = options_.class_aggregation;
  if (how && *how != "uniform_average" && *how != "variance_weighted_average")
    throw ValueError("R2Score", fmt::format("unknown class_aggregation; got '{}'; expected uniform_average, "
                                            "variance_weighted_average or nothing",
                                            *how));
  if (options_.num_regressors < 0)
    throw ValueError("R2Score", fmt::format("num_regressors must be 0 or more; got {}", options_.num_regressors));
}

// Mean and squares as Welford has them: labels that are all equal have no squares, whatever their value is.
void R2Score::Sums::add(double label, double prediction, double of_weight) {
  if (of_weight == 0) return;
  weight += of_weight;
  const double from_mean = label - mean;
  mean += from_mean * of_weight / weight;
  squares += of_weight * from_mean * (label - mean);
  errors += of_weight * (label - prediction) * (label - prediction);
}

double R2Score::Sums::score() const {
  const double score = 1 - errors / squares;
  return std::isinf(score) ? 0 : score;
}

void R2Score::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const auto [t, p] = losses::of_same_shape(name(), y_true.astype(float64), y_pred.astype(float64));
  if (p.rank() != 2)
    throw ShapeError(name(),
                     fmt::format("predictions have no row for each sample; got {}; expected (n, outputs)", p.shape()));
  const auto outputs = static_cast<std::size_t>(p.dim(1));
  if (!outputs_.empty() && outputs_.size() != outputs)
    throw ShapeError(
        name(), fmt::format("another number of outputs than before; got {}; expected {}", outputs, outputs_.size()));
  const Tensor weights = weights_of_elements(name(), sample_weight, p.shape());
  outputs_.resize(outputs);
  for (std::size_t i = 0; i < static_cast<std::size_t>(p.size()); ++i)
    outputs_[i % outputs].add(t.data<double>()[i], p.data<double>()[i], weights.data<double>()[i]);
  count_ += static_cast<double>(p.size());
}

void R2Score::reset_state() {
  std::fill(outputs_.begin(), outputs_.end(), Sums());
  count_ = 0;
}

double R2Score::adjusted(double score) const {
  const auto regressors = static_cast<double>(options_.num_regressors);
  if (regressors == 0 || regressors >= count_ - 1) return score;
  return 1 - (1 - score) * (count_ - 1) / (count_ - regressors - 1);
}

Tensor R2Score::results() const {
  if (count_ == 0) return Tensor(0.);
  Values scores;
  double sum = 0, squares = 0;
  const bool by_variance = options_.class_aggregation == "variance_weighted_average";
  for (const Sums& output : outputs_) {
    scores.push_back(adjusted(output.score()));
    const double weight = by_variance ? output.squares : 1;
    sum += weight * output.score();
    squares += weight;
  }
  return options_.class_aggregation ? Tensor(adjusted(sum / squares)) : Tensor(scores);
}

double R2Score::result() const { return ops::mean(results()).item<double>(); }

namespace {

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& options) {
  option("class_aggregation", options.class_aggregation);
  option("num_regressors", options.num_regressors);
};

}  // namespace

Config R2Score::to_config() const { return metric_object(*this, "R2Score", each_option, options_); }
std::shared_ptr<R2Score> R2Score::from_config(const ConfigView& config) {
  return metric_from<R2Score, R2ScoreOptions>(config, each_option);
}

}  // namespace cornu::metrics
