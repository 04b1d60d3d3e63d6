#include <cornu/framework/model/compiled.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/model/by_name.hpp>
#include <cornu/framework/model/metrics_by_output.hpp>

namespace cornu::detail {

namespace {

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

// One for all, or one for each.
List<Handle<losses::Loss>> losses_of(const LossList& losses, const std::vector<std::string>& outputs) {
  List<Handle<losses::Loss>> all =
      all_in_order(losses, {"compile, loss", "output", outputs}, "; give nullptr to an output that shall have no loss");
  while (losses.size() == 1 && !losses.has_names() && all.size() < outputs.size()) all.push_back(losses[0]);
  require_one_each("losses", all.size(), outputs);
  require("loss", std::any_of(all.begin(), all.end(), [](const auto& loss) { return static_cast<bool>(loss); }));
  return all;
}

List<double> loss_weights_of(const LossWeights& weights, const std::vector<std::string>& outputs) {
  if (weights.empty()) return std::vector<double>(outputs.size(), 1);
  List<double> all =
      in_order(weights, {"compile, loss_weights", "output", outputs}, [](const std::string&) { return 1.; });
  require_one_each("loss weights", all.size(), outputs);
  for (const double weight : all)
    if (!std::isfinite(weight))
      throw ValueError("compile", fmt::format("a loss weight is no number; got {}; expected finite ones", weight));
  return all;
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
    if (!output.name.empty() && output.loss) losses.add(output.name + "_loss");
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
    : optimizer(options.optimizer), output_names(names) {
  require("optimizer", optimizer, "a name or an object");
  require("loss", options.loss.size() > 0);
  const List<Handle<losses::Loss>> losses = losses_of(options.loss, names);
  const List<double> weights = loss_weights_of(options.loss_weights, names);
  MetricsByOutput metrics = metrics_by_output("metrics", options.metrics, names);
  MetricsByOutput weighted = metrics_by_output("weighted metrics", options.weighted_metrics, names);
  for (std::size_t i = 0; i < names.size(); ++i)
    outputs.push_back({.name = names.size() == 1 ? "" : names[i],
                       .loss = losses[i],
                       .loss_weight = weights[i],
                       .metrics = std::move(metrics.of[i]),
                       .weighted_metrics = std::move(weighted.of[i])});
  by_name = {options.loss.has_names(), options.loss_weights.has_names(), metrics.by_name, weighted.by_name};
  require_different(outputs);
  name_all_metrics(outputs);
}

std::size_t Compiled::losses() const {
  return static_cast<std::size_t>(std::count_if(outputs.begin(), outputs.end(),
                                                [](const Output& output) { return static_cast<bool>(output.loss); }));
}

}  // namespace cornu::detail
