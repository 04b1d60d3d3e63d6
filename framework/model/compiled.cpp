#include <cornu/framework/model/compiled.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

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

// As Keras calls them: a weighted one that is also among the others has "weighted_".
std::vector<std::string> names_of(const Compiled::Output& output) {
  const std::string prefix = output.name.empty() ? "" : output.name + "_";
  std::vector<std::string> names;
  for (const auto& metric : output.metrics) names.push_back(prefix + metric->name());
  for (const auto& metric : output.weighted_metrics) {
    const bool taken = std::find(names.begin(), names.end(), prefix + metric->name()) != names.end();
    names.push_back(prefix + (taken ? "weighted_" : "") + metric->name());
  }
  return names;
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
    output.names = names_of(output);
    outputs.push_back(std::move(output));
  }
}

}  // namespace cornu::detail
