#include <cornu/framework/metrics/f_score.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/labels.hpp>
#include <cornu/framework/metrics/element_weights.hpp>
#include <cornu/framework/metrics/object.hpp>
#include <cornu/framework/metrics/ratios.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::metrics {

namespace {

// What is above the returned value is positive; NaN for nothing.
template <class T>
T threshold_of(std::span<const T> row, std::optional<double> threshold) {
  if (threshold) return static_cast<T>(*threshold);
  if (std::any_of(row.begin(), row.end(), [](T x) { return std::isnan(x); }))
    return std::numeric_limits<T>::quiet_NaN();
  const T largest = row.empty() ? T(0) : *std::max_element(row.begin(), row.end());
  return std::nextafter(largest, -std::numeric_limits<T>::infinity());
}

}  // namespace

FScoreMetric::FScoreMetric(const char* class_name, std::string name, std::optional<std::string> average, double beta,
                           std::optional<double> threshold)
    : Metric(std::move(name)), average_(std::move(average)), beta_(beta), threshold_(threshold) {
  if (average_ && *average_ != "micro" && *average_ != "macro" && *average_ != "weighted")
    throw ValueError(class_name,
                     fmt::format("unknown average; got '{}'; expected micro, macro, weighted or nothing", *average_));
  if (!(beta > 0)) throw ValueError(class_name, fmt::format("beta must be larger than 0; got {}", beta));
  if (threshold && !(*threshold > 0 && *threshold <= 1))
    throw ValueError(class_name, fmt::format("threshold must be above 0, and 1 at most; got {}", *threshold));
}

void FScoreMetric::Counts::add(double label, bool is_found, double weight) {
  if (weight == 0) return;
  (is_found ? true_positives : false_negatives) += weight * label;
  if (is_found) false_positives += weight * (1 - label);
  labels += weight * label;
}

template <class T>
void FScoreMetric::count(const Tensor& t, const Tensor& p, const Tensor& weights) {
  const auto classes = static_cast<std::size_t>(p.dim(1));
  for (std::size_t begin = 0; begin < static_cast<std::size_t>(p.size()); begin += classes) {
    const std::span<const T> row = p.values<T>().subspan(begin, classes);
    const T threshold = threshold_of<T>(row, threshold_);
    for (std::size_t i = 0; i < classes; ++i) {
      const bool is_found = (threshold_ || std::abs(row[i]) > 1e-9) && row[i] > threshold;
      classes_[classes_.size() == 1 ? 0 : i].add(t.data<double>()[begin + i], is_found,
                                                 weights.data<double>()[begin + i]);
    }
  }
}

void FScoreMetric::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  const DType dtype = is_floating(y_pred.dtype()) ? y_pred.dtype() : float32;
  const auto [t, p] = losses::of_same_shape(name(), y_true.astype(float64), y_pred.astype(float64));
  if (p.rank() != 2)
    throw ShapeError(name(),
                     fmt::format("predictions have no row for each sample; got {}; expected (n, classes)", p.shape()));
  const auto classes = average_ == "micro" ? 1 : static_cast<std::size_t>(p.dim(1));
  if (!classes_.empty() && classes_.size() != classes)
    throw ShapeError(
        name(), fmt::format("another number of classes than before; got {}; expected {}", classes, classes_.size()));
  const Tensor weights = weights_of_elements(name(), sample_weight, p.shape());
  classes_.resize(classes);
  const Tensor labels = t, predictions = p.astype(dtype);
  detail::for_floating_type(dtype, [&]<class T>(T) { count<T>(labels, predictions, weights); });
}

void FScoreMetric::reset_state() { std::fill(classes_.begin(), classes_.end(), Counts()); }

double FScoreMetric::score(const Counts& c) const {
  const double precision = c.true_positives / (c.true_positives + c.false_positives + epsilon);
  const double recall = c.true_positives / (c.true_positives + c.false_negatives + epsilon);
  const double squared = beta_ * beta_;
  return (1 + squared) * precision * recall / (squared * precision + recall + epsilon);
}

Tensor FScoreMetric::results() const {
  if (classes_.empty()) return Tensor(0.);
  Values scores;
  double labels = epsilon, by_labels = 0;
  for (const Counts& of_class : classes_) {
    scores.push_back(score(of_class));
    labels += of_class.labels;
    by_labels += of_class.labels * scores.back();
  }
  if (!average_) return Tensor(scores);
  return average_ == "weighted" ? Tensor(by_labels / labels) : ops::mean(Tensor(scores));
}

double FScoreMetric::result() const { return ops::mean(results()).item<double>(); }

FBetaScore::FBetaScore(cornu::detail::NoOptions) : FBetaScore() {}
FBetaScore::FBetaScore(FBetaScoreOptions options)
    : FScoreMetric("FBetaScore", options.name, options.average, options.beta, options.threshold),
      options_(std::move(options)) {}
F1Score::F1Score(cornu::detail::NoOptions) : F1Score() {}
F1Score::F1Score(F1ScoreOptions options)
    : FScoreMetric("F1Score", options.name, options.average, 1, options.threshold), options_(std::move(options)) {}

namespace {

// Keras's keys, in its order
constexpr auto beta_options = [](auto& option, auto& options) {
  option("average", options.average);
  option("beta", options.beta);
  option("threshold", options.threshold);
};
constexpr auto f1_options = [](auto& option, auto& options) {
  option("average", options.average);
  option("threshold", options.threshold);
};

}  // namespace

Config FBetaScore::to_config() const { return metric_object(*this, "FBetaScore", beta_options, options_); }
std::shared_ptr<FBetaScore> FBetaScore::from_config(const ConfigView& config) {
  return metric_from<FBetaScore, FBetaScoreOptions>(config, beta_options);
}

Config F1Score::to_config() const { return metric_object(*this, "F1Score", f1_options, options_); }
std::shared_ptr<F1Score> F1Score::from_config(const ConfigView& config) {
  return metric_from<F1Score, F1ScoreOptions>(config, f1_options);
}

}  // namespace cornu::metrics
