#include <cornu/framework/model/compiled.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <cmath>
#include <set>
#include <string>

#include <cornu/framework/base/errors.hpp>

namespace cornu::detail {

namespace {

using Metrics = Compiled::Metrics;

template <class H>
void require(const char* kind, const H& handle, const char* expected = "a name, an object or a function") {
  if (!handle)
    throw ValueError("compile", fmt::format("the {} is missing; got an empty handle; expected {}", kind, expected));
}

void require_one_each(const char* what, std::size_t count, const std::vector<std::string>& outputs) {
  if (count != outputs.size())
    throw ValueError("compile", fmt::format("there must be as many {} as outputs; got {}; expected one for each of {}",
                                            what, count, fmt::join(outputs, ", ")));
}

Handle<losses::Loss> loss_of(const LossList& losses, std::size_t output, const std::vector<std::string>& outputs) {
  if (losses.size() != 1 || outputs.size() == 1) require_one_each("losses", losses.size(), outputs);
  const Handle<losses::Loss>& loss = losses[losses.size() == 1 ? 0 : output];
  require("loss", loss);
  return loss;
}

// All of them for an only output, or else one item each.
Metrics metrics_of(const char* what, const MetricList& all, std::size_t output,
                   const std::vector<std::string>& outputs) {
  if (outputs.size() > 1 && all.size() > 0) require_one_each(what, all.size(), outputs);
  Metrics metrics;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (outputs.size() == 1 || i == output) metrics.insert(metrics.end(), all[i].begin(), all[i].end());
  for (const auto& metric : metrics) require("metric", metric);
  return metrics;
}

// The names of figures. Each is there a second time with "val_" in front, where that is no figure's name either.
class Names {
 public:
  bool has(const std::string& name) const { return taken_.contains(name) || taken_.contains("val_" + name); }
  void add(const std::string& name) {
    taken_.insert(name);
    taken_.insert("val_" + name);
  }
  /// The name, or the first of name_1, name_2, … that is free.
  std::string add_numbered(const std::string& name) {
    std::string free = name;
    for (int number = 1; has(free); ++number) free = fmt::format("{}_{}", name, number);
    add(free);
    return free;
  }

 private:
  std::set<std::string> taken_;
};

void require_no_loss(const std::string& name, const Names& losses) {
  if (losses.has(name))
    throw ValueError("compile", fmt::format("a metric has the name of a loss; got '{}'; give the metric another name "
                                            "with set_name",
                                            name));
}

// As Keras calls them: a weighted one that is also among the others has "weighted_".
void name_metrics(Compiled::Output& output, Names& names, const Names& losses) {
  const std::string prefix = output.name.empty() ? "" : output.name + "_";
  for (const auto* metrics : {&output.metrics, &output.weighted_metrics})
    for (const auto& metric : *metrics) {
      const std::string name = prefix + metric->name();
      require_no_loss(name, losses);
      const bool is_weighted_too = metrics == &output.weighted_metrics && names.has(name);
      output.names.push_back(names.add_numbered(is_weighted_too ? prefix + "weighted_" + metric->name() : name));
    }
}

void name_all_metrics(std::vector<Compiled::Output>& outputs) {
  Names losses;
  losses.add("loss");
  for (const Compiled::Output& output : outputs)
    if (!output.name.empty()) losses.add(output.name + "_loss");
  Names names = losses;
  for (Compiled::Output& output : outputs) name_metrics(output, names, losses);
}

// One object can only keep one figure.
void require_different(const std::vector<Compiled::Output>& outputs) {
  std::set<const metrics::Metric*> seen;
  for (const Compiled::Output& output : outputs)
    for (const auto* metrics : {&output.metrics, &output.weighted_metrics})
      for (const auto& metric : *metrics)
        if (!seen.insert(metric.shared().get()).second)
          throw ValueError("compile", fmt::format("a metric is given twice; got one object '{}' in two places; give "
                                                  "each place a metric of its own",
                                                  metric->name()));
}

}  // namespace

Compiled::Compiled(const CompileOptions& options, const std::vector<std::string>& names)
    : optimizer(options.optimizer) {
  require("optimizer", optimizer, "a name or an object");
  require("loss", options.loss.size() > 0);
  if (!options.loss_weights.empty()) require_one_each("loss weights", options.loss_weights.size(), names);
  for (const double weight : options.loss_weights)
    if (!std::isfinite(weight))
      throw ValueError("compile", fmt::format("a loss weight is no number; got {}; expected finite ones", weight));
  for (std::size_t i = 0; i < names.size(); ++i) {
    Output output{.name = names.size() == 1 ? "" : names[i], .loss = loss_of(options.loss, i, names)};
    if (!options.loss_weights.empty()) output.loss_weight = options.loss_weights[i];
    output.metrics = metrics_of("metrics", options.metrics, i, names);
    output.weighted_metrics = metrics_of("weighted metrics", options.weighted_metrics, i, names);
    outputs.push_back(std::move(output));
  }
  require_different(outputs);
  name_all_metrics(outputs);
}

}  // namespace cornu::detail
