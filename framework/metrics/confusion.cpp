#include <cornu/framework/metrics/confusion.hpp>

#include <fmt/core.h>

#include <algorithm>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/metrics/object.hpp>
#include <cornu/framework/metrics/ratios.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/number_list.hpp>

namespace cornu::metrics {

void ConfusionMetric::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  counts_.update(name(), y_true, y_pred, sample_weight);
}

double ConfusionMetric::result() const {
  const Tensor all = results();
  return all.size() == 0 ? 0 : ops::mean(all).item<double>();
}

namespace {

// Those given, or else one.
std::vector<double> thresholds_of(const char* metric, const List<double>& given, double usual = 0.5) {
  for (const double threshold : given)
    if (!(threshold >= 0 && threshold <= 1))
      throw ValueError(metric, fmt::format("thresholds must lie in 0 … 1; got {}", threshold));
  return given.empty() ? std::vector<double>{usual} : std::vector<double>(given.begin(), given.end());
}

template <class Options>
ConfusionCounts counts_of(const char* metric, const Options& options) {
  if (options.top_k && *options.top_k < 1)
    throw ValueError(metric, fmt::format("top_k must be 1 or more; got {}", *options.top_k));
  if (options.class_id && *options.class_id < 0)
    throw ValueError(metric, fmt::format("class_id must be 0 or more; got {}", *options.class_id));
  return ConfusionCounts(thresholds_of(metric, options.thresholds, options.top_k ? below_all : 0.5),
                         {.top_k = options.top_k, .class_id = options.class_id});
}

}  // namespace

TruePositives::TruePositives(cornu::detail::NoOptions) : TruePositives() {}
TruePositives::TruePositives(TruePositivesOptions options)
    : ConfusionMetric(options.name, ConfusionCounts(thresholds_of("TruePositives", options.thresholds))),
      options_(std::move(options)) {}
Tensor TruePositives::results() const { return one_or_all(counts().true_positives()); }

TrueNegatives::TrueNegatives(cornu::detail::NoOptions) : TrueNegatives() {}
TrueNegatives::TrueNegatives(TrueNegativesOptions options)
    : ConfusionMetric(options.name, ConfusionCounts(thresholds_of("TrueNegatives", options.thresholds))),
      options_(std::move(options)) {}
Tensor TrueNegatives::results() const { return one_or_all(counts().true_negatives()); }

FalsePositives::FalsePositives(cornu::detail::NoOptions) : FalsePositives() {}
FalsePositives::FalsePositives(FalsePositivesOptions options)
    : ConfusionMetric(options.name, ConfusionCounts(thresholds_of("FalsePositives", options.thresholds))),
      options_(std::move(options)) {}
Tensor FalsePositives::results() const { return one_or_all(counts().false_positives()); }

FalseNegatives::FalseNegatives(cornu::detail::NoOptions) : FalseNegatives() {}
FalseNegatives::FalseNegatives(FalseNegativesOptions options)
    : ConfusionMetric(options.name, ConfusionCounts(thresholds_of("FalseNegatives", options.thresholds))),
      options_(std::move(options)) {}
Tensor FalseNegatives::results() const { return one_or_all(counts().false_negatives()); }

Precision::Precision(cornu::detail::NoOptions) : Precision() {}
Precision::Precision(PrecisionOptions options)
    : ConfusionMetric(options.name, counts_of("Precision", options)), options_(std::move(options)) {}
Tensor Precision::results() const { return one_or_all(shares(counts().true_positives(), counts().false_positives())); }

Recall::Recall(cornu::detail::NoOptions) : Recall() {}
Recall::Recall(RecallOptions options)
    : ConfusionMetric(options.name, counts_of("Recall", options)), options_(std::move(options)) {}
Tensor Recall::results() const { return one_or_all(shares(counts().true_positives(), counts().false_negatives())); }

namespace {

// Keras's keys, in its order
constexpr auto threshold_option = [](auto& option, auto& options) { option("thresholds", options.thresholds); };
constexpr auto share_options = [](auto& option, auto& options) {
  option("thresholds", options.thresholds);
  option("top_k", options.top_k);
  option("class_id", options.class_id);
};

}  // namespace

Config TruePositives::to_config() const { return metric_object(*this, "TruePositives", threshold_option, options_); }
std::shared_ptr<TruePositives> TruePositives::from_config(const ConfigView& config) {
  return metric_from<TruePositives, TruePositivesOptions>(config, threshold_option);
}

Config TrueNegatives::to_config() const { return metric_object(*this, "TrueNegatives", threshold_option, options_); }
std::shared_ptr<TrueNegatives> TrueNegatives::from_config(const ConfigView& config) {
  return metric_from<TrueNegatives, TrueNegativesOptions>(config, threshold_option);
}

Config FalsePositives::to_config() const { return metric_object(*this, "FalsePositives", threshold_option, options_); }
std::shared_ptr<FalsePositives> FalsePositives::from_config(const ConfigView& config) {
  return metric_from<FalsePositives, FalsePositivesOptions>(config, threshold_option);
}

Config FalseNegatives::to_config() const { return metric_object(*this, "FalseNegatives", threshold_option, options_); }
std::shared_ptr<FalseNegatives> FalseNegatives::from_config(const ConfigView& config) {
  return metric_from<FalseNegatives, FalseNegativesOptions>(config, threshold_option);
}

Config Precision::to_config() const { return metric_object(*this, "Precision", share_options, options_); }
std::shared_ptr<Precision> Precision::from_config(const ConfigView& config) {
  return metric_from<Precision, PrecisionOptions>(config, share_options);
}

Config Recall::to_config() const { return metric_object(*this, "Recall", share_options, options_); }
std::shared_ptr<Recall> Recall::from_config(const ConfigView& config) {
  return metric_from<Recall, RecallOptions>(config, share_options);
}

}  // namespace cornu::metrics
