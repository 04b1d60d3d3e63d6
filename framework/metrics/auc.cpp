#include <cornu/framework/metrics/auc.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <iterator>
#include <string_view>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/metrics/object.hpp>
#include <cornu/framework/metrics/ratios.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/registry/names.hpp>

namespace cornu::metrics {

namespace {

// As Keras writes it: "roc" is "ROC".
std::string spelling(const char* option, std::string_view given, std::initializer_list<std::string_view> known) {
  const std::string_view found = detail::in_any_case(given, known);
  if (std::find(known.begin(), known.end(), found) != known.end()) return std::string(found);
  throw ValueError("AUC", fmt::format("unknown {}; got '{}'; expected one of {}", option, given,
                                      fmt::join(known.begin(), known.end(), ", ")));
}

AUCOptions checked(AUCOptions options) {
  options.curve = spelling("curve", options.curve, {"ROC", "PR", "PRGAIN"});
  options.summation_method =
      spelling("summation_method", options.summation_method, {"interpolation", "minoring", "majoring"});
  for (const double threshold : options.thresholds)
    if (!(threshold >= 0 && threshold <= 1))
      throw ValueError("AUC", fmt::format("thresholds must lie in 0 … 1; got {}", threshold));
  if (!options.thresholds.empty()) options.num_thresholds = std::ssize(options.thresholds) + 2;
  std::sort(options.thresholds.begin(), options.thresholds.end());
  if (options.num_thresholds < 2 || options.num_thresholds > most_thresholds)
    throw ValueError("AUC",
                     fmt::format("num_thresholds must be 2 … {}; got {}", most_thresholds, options.num_thresholds));
  if (options.num_labels && !(options.multi_label && *options.num_labels > 0))
    throw ValueError("AUC",
                     fmt::format("num_labels is for multi_label alone, and 1 or more; got {}", *options.num_labels));
  return options;
}

// From a little below 0 to a little above 1, so that all and none are positive at the ends.
ConfusionCounts counts_of(const AUCOptions& options) {
  std::vector<double> thresholds = even_thresholds(options.num_thresholds);
  if (!options.thresholds.empty())
    std::copy(options.thresholds.begin(), options.thresholds.end(), thresholds.begin() + 1);
  thresholds.front() = -epsilon;
  thresholds.back() = 1 + epsilon;
  return ConfusionCounts(std::move(thresholds),
                         {.multi_label = options.multi_label,
                          .label_weights = options.multi_label ? std::vector<double>() : options.label_weights});
}

}  // namespace

AUC::AUC(cornu::detail::NoOptions) : AUC() {}
AUC::AUC(AUCOptions options)
    : ConfusionMetric(options.name, counts_of(checked(options))), options_(checked(std::move(options))) {}

void AUC::require_labels(const Shape& y_pred) const {
  if (!options_.multi_label || y_pred.empty()) return;
  if (options_.num_labels && *options_.num_labels != y_pred.back())
    throw ShapeError(name(), fmt::format("another number of labels than num_labels; got predictions {}; expected {}",
                                         y_pred, *options_.num_labels));
  if (!options_.label_weights.empty() && std::ssize(options_.label_weights) != y_pred.back())
    throw ShapeError(name(), fmt::format("label_weights has not one number for each label; got {} for predictions {}",
                                         options_.label_weights.size(), y_pred));
}

void AUC::update_state(const Tensor& y_true, const Tensor& y_pred, const Tensor& sample_weight) {
  if (options_.from_logits && !is_floating(y_pred.dtype()))
    throw ValueError(name(), fmt::format("logits must be floating; got {}", name_of(y_pred.dtype())));
  require_labels(y_pred.shape());
  ConfusionMetric::update_state(y_true, options_.from_logits ? ops::sigmoid(y_pred) : y_pred, sample_weight);
  if (counts().outside() == 0 || std::exchange(has_said_outside_, true)) return;
  log(fmt::format("{}: predictions lie outside 0 … 1, and count as 0 or 1; for logits say from_logits = true\n",
                  name()));
}

namespace {

// One column of counts, from the lowest threshold to the highest.
struct Column {
  Values tp, fp, tn, fn;
};

Values column(const Values& values, std::size_t label, std::size_t labels) {
  Values one;
  for (std::size_t i = label; i < values.size(); i += labels) one.push_back(values[i]);
  return one;
}

struct Curve {
  Values x, y;
};

Curve roc(const Column& c) { return {shares(c.fp, c.tn), shares(c.tp, c.fn)}; }
Curve precision_recall(const Column& c) { return {shares(c.tp, c.fn), shares(c.tp, c.fp)}; }

Curve gains(const Column& c) {
  Curve curve;
  for (std::size_t i = 0; i < c.tp.size(); ++i) {
    const double odds = divide_no_nan(c.tp[i] + c.fn[i], c.tn[i] + c.fp[i]);
    const bool none = c.tp[i] == 0;
    curve.x.push_back(none ? 0 : std::max(1 - odds * c.fn[i] / c.tp[i], 0.));
    curve.y.push_back(none ? 1 : 1 - odds * c.fp[i] / c.tp[i]);
  }
  return curve;
}

double area(const Curve& curve, const std::string& method) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < curve.x.size(); ++i) {
    const double a = curve.y[i], b = curve.y[i + 1];
    const double height = method == "minoring" ? std::min(a, b) : (method == "majoring" ? std::max(a, b) : (a + b) / 2);
    sum += (curve.x[i] - curve.x[i + 1]) * height;
  }
  return sum;
}

// Between two thresholds it is the true positives that change evenly with the positives, not the precision (Davis and
// Goadrich, 2006).
double interpolated_precision_recall(const Column& c) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < c.tp.size(); ++i) {
    const double positives = c.tp[i] + c.fp[i], next = c.tp[i + 1] + c.fp[i + 1], more = c.tp[i] - c.tp[i + 1];
    const double slope = divide_no_nan(more, std::max(positives - next, 0.));
    const double start = c.tp[i + 1] - slope * next;
    const double ratio = positives > 0 && next > 0 ? positives / next : 1;
    sum += divide_no_nan(slope * (more + start * std::log(ratio)), std::max(c.tp[i + 1] + c.fn[i + 1], 0.));
  }
  return sum;
}

}  // namespace

double AUC::area_of(std::size_t label) const {
  const std::size_t labels = counts().labels();
  const Column c{column(counts().true_positives(), label, labels), column(counts().false_positives(), label, labels),
                 column(counts().true_negatives(), label, labels), column(counts().false_negatives(), label, labels)};
  if (options_.curve == "ROC") return area(roc(c), options_.summation_method);
  if (options_.curve == "PRGAIN") return area(gains(c), options_.summation_method);
  return options_.summation_method == "interpolation" ? interpolated_precision_recall(c)
                                                      : area(precision_recall(c), options_.summation_method);
}

// With several labels the mean of their areas.
Tensor AUC::results() const {
  double sum = 0, weights = 0;
  for (std::size_t label = 0; label < counts().labels(); ++label) {
    const bool is_weighted = options_.multi_label && label < options_.label_weights.size();
    const double weight = is_weighted ? options_.label_weights[label] : 1;
    sum += weight * area_of(label);
    weights += weight;
  }
  return Tensor(divide_no_nan(sum, weights));
}

namespace {

// An array in files of Keras: {"class_name": "__tensor__", "config": {"value": [0.5, 1.0], "dtype": "float32"}}.
void read_weights(const ConfigView& config, std::vector<double>& weights) {
  const auto found = config.find("label_weights");
  if (!found || found->is_null()) return;
  read_value(found->is_object() ? found->at("config").at("value") : *found, weights);
}

// Keras's keys, in its order
constexpr auto each_option = [](auto& option, auto& options) {
  option("num_thresholds", options.num_thresholds);
  option("curve", options.curve);
  option("summation_method", options.summation_method);
  option("multi_label", options.multi_label);
  option("num_labels", options.num_labels);
};

}  // namespace

Config AUC::to_config() const {
  Config object = metric_object(*this, "AUC", each_option, options_);
  Config config = object["config"];
  config.set("label_weights", options_.label_weights.empty() ? Config() : value_of(options_.label_weights));
  config.set("from_logits", options_.from_logits);
  if (!options_.thresholds.empty()) config.set("thresholds", value_of(options_.thresholds));
  return object.set("config", std::move(config));
}

std::shared_ptr<AUC> AUC::from_config(const ConfigView& config) {
  AUCOptions options;
  options.name = config.get("name", options.name);
  config.find("dtype");
  read_options(config, each_option, options);
  read_weights(config, options.label_weights);
  options.from_logits = config.get("from_logits", options.from_logits);
  OptionReader(config).null_if_empty("thresholds", options.thresholds);
  if (!options.thresholds.empty() && options.num_thresholds != std::ssize(options.thresholds) + 2)
    config.note("num_thresholds is not what the thresholds are; these count");
  return std::make_shared<AUC>(std::move(options));
}

}  // namespace cornu::metrics
