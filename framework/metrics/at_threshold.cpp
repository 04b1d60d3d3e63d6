#include <cornu/framework/metrics/at_threshold.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/metrics/object.hpp>
#include <cornu/framework/metrics/ratios.hpp>

namespace cornu::metrics {

namespace {

template <class Options>
ConfusionCounts counts_of(const char* metric, const char* option, double value, const Options& options) {
  if (!(value >= 0 && value <= 1)) throw ValueError(metric, fmt::format("{} must lie in 0 … 1; got {}", option, value));
  if (options.num_thresholds < 1 || options.num_thresholds > most_thresholds)
    throw ValueError(metric,
                     fmt::format("num_thresholds must be 1 … {}; got {}", most_thresholds, options.num_thresholds));
  if (options.class_id && *options.class_id < 0)
    throw ValueError(metric, fmt::format("class_id must be 0 or more; got {}", *options.class_id));
  return ConfusionCounts(even_thresholds(options.num_thresholds), {.class_id = options.class_id});
}

// The largest of `wanted` where the other is large enough.
Tensor most(const Values& wanted, const Values& other, double least) {
  const Values possible = each_of(wanted, other, [least](double x, double y) { return y >= least ? x : 0; });
  return Tensor(*std::max_element(possible.begin(), possible.end()));
}

Values precisions(const ConfusionCounts& counts) { return shares(counts.true_positives(), counts.false_positives()); }
Values recalls(const ConfusionCounts& counts) { return shares(counts.true_positives(), counts.false_negatives()); }
Values specificities(const ConfusionCounts& counts) {
  return shares(counts.true_negatives(), counts.false_positives());
}

// Keras's keys, in its order
template <class Options>
auto options_with(const char* key) {
  return [key](auto& option, auto& value, auto& options) {
    option("class_id", options.class_id);
    option("num_thresholds", options.num_thresholds);
    option.required(key, value);
  };
}

template <class T, class Options>
std::shared_ptr<T> at_value_from(const ConfigView& config, const char* key) {
  double value = 0;
  Options options;
  options.name = config.get("name", options.name);
  read_options(config, options_with<Options>(key), value, options);
  config.find("dtype");
  return std::make_shared<T>(value, std::move(options));
}

}  // namespace

SensitivityAtSpecificity::SensitivityAtSpecificity(double specificity, cornu::detail::NoOptions)
    : SensitivityAtSpecificity(specificity) {}
SensitivityAtSpecificity::SensitivityAtSpecificity(double specificity, SensitivityAtSpecificityOptions options)
    : ConfusionMetric(options.name, counts_of("SensitivityAtSpecificity", "specificity", specificity, options)),
      specificity_(specificity),
      options_(std::move(options)) {}
Tensor SensitivityAtSpecificity::results() const {
  return most(recalls(counts()), specificities(counts()), specificity_);
}
Config SensitivityAtSpecificity::to_config() const {
  return metric_object(*this, "SensitivityAtSpecificity", options_with<SensitivityAtSpecificityOptions>("specificity"),
                       specificity_, options_);
}
std::shared_ptr<SensitivityAtSpecificity> SensitivityAtSpecificity::from_config(const ConfigView& config) {
  return at_value_from<SensitivityAtSpecificity, SensitivityAtSpecificityOptions>(config, "specificity");
}

SpecificityAtSensitivity::SpecificityAtSensitivity(double sensitivity, cornu::detail::NoOptions)
    : SpecificityAtSensitivity(sensitivity) {}
SpecificityAtSensitivity::SpecificityAtSensitivity(double sensitivity, SpecificityAtSensitivityOptions options)
    : ConfusionMetric(options.name, counts_of("SpecificityAtSensitivity", "sensitivity", sensitivity, options)),
      sensitivity_(sensitivity),
      options_(std::move(options)) {}
Tensor SpecificityAtSensitivity::results() const {
  return most(specificities(counts()), recalls(counts()), sensitivity_);
}
Config SpecificityAtSensitivity::to_config() const {
  return metric_object(*this, "SpecificityAtSensitivity", options_with<SpecificityAtSensitivityOptions>("sensitivity"),
                       sensitivity_, options_);
}
std::shared_ptr<SpecificityAtSensitivity> SpecificityAtSensitivity::from_config(const ConfigView& config) {
  return at_value_from<SpecificityAtSensitivity, SpecificityAtSensitivityOptions>(config, "sensitivity");
}

PrecisionAtRecall::PrecisionAtRecall(double recall, cornu::detail::NoOptions) : PrecisionAtRecall(recall) {}
PrecisionAtRecall::PrecisionAtRecall(double recall, PrecisionAtRecallOptions options)
    : ConfusionMetric(options.name, counts_of("PrecisionAtRecall", "recall", recall, options)),
      recall_(recall),
      options_(std::move(options)) {}
Tensor PrecisionAtRecall::results() const { return most(precisions(counts()), recalls(counts()), recall_); }
Config PrecisionAtRecall::to_config() const {
  return metric_object(*this, "PrecisionAtRecall", options_with<PrecisionAtRecallOptions>("recall"), recall_, options_);
}
std::shared_ptr<PrecisionAtRecall> PrecisionAtRecall::from_config(const ConfigView& config) {
  return at_value_from<PrecisionAtRecall, PrecisionAtRecallOptions>(config, "recall");
}

RecallAtPrecision::RecallAtPrecision(double precision, cornu::detail::NoOptions) : RecallAtPrecision(precision) {}
RecallAtPrecision::RecallAtPrecision(double precision, RecallAtPrecisionOptions options)
    : ConfusionMetric(options.name, counts_of("RecallAtPrecision", "precision", precision, options)),
      precision_(precision),
      options_(std::move(options)) {}
Tensor RecallAtPrecision::results() const { return most(recalls(counts()), precisions(counts()), precision_); }
Config RecallAtPrecision::to_config() const {
  return metric_object(*this, "RecallAtPrecision", options_with<RecallAtPrecisionOptions>("precision"), precision_,
                       options_);
}
std::shared_ptr<RecallAtPrecision> RecallAtPrecision::from_config(const ConfigView& config) {
  return at_value_from<RecallAtPrecision, RecallAtPrecisionOptions>(config, "precision");
}

}  // namespace cornu::metrics
