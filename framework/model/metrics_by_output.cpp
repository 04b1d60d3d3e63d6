#include <cornu/framework/model/metrics_by_output.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/nearest_name.hpp>
#include <cornu/framework/model/by_name.hpp>

namespace cornu::detail {

namespace {

using Metrics = std::vector<Handle<metrics::Metric>>;
using Items = std::vector<OutputMetrics>;
using Names = std::vector<std::string>;

bool is_in(const std::string& name, const Names& outputs) {
  return std::find(outputs.begin(), outputs.end(), name) != outputs.end();
}

bool is_metric(const std::string& name) {
  try {
    from_name<metrics::Metric>(name);
    return true;
  } catch (const ValueError&) {
    return false;
  }
}

// {"kind", {"accuracy"}}; {"kind", "accuracy"} only where "kind" can be nothing else, since {"mae", "mse"} are two
// metrics.
bool names_output(const OutputMetrics& item, const Names& outputs) {
  if (!item.is_list() || item.items().size() != 2 || !item.items()[0].is_name()) return false;
  const std::string& name = item.items()[0].name();
  return item.items()[1].is_list() || (is_in(name, outputs) && !is_metric(name));
}

void require_metric(const std::string& name, const Names& outputs) {
  if (is_metric(name)) return;
  const std::string advice = R"(to name an output, write {"output", {"metric", …}})";
  if (is_in(name, outputs))
    throw ValueError("compile", fmt::format("an output stands where a metric is expected; got '{}'; {}", name, advice));
  const std::vector<std::string_view> views(outputs.begin(), outputs.end());
  const std::string meant = did_you_mean(name, views);
  if (!meant.empty())
    throw ValueError("compile", fmt::format("there is no metric and no output '{}'; the outputs are {}{} {}", name,
                                            fmt::join(outputs, ", "), meant, advice));
}

void add_metric(const OutputMetrics& item, const Names& outputs, Metrics& into) {
  if (item.is_list())
    throw ValueError("compile",
                     "metrics are nested too deeply; got a list within the list of an output; expected "
                     R"({"metric", …}, or {"output", {"metric", …}})");
  if (item.is_name()) require_metric(item.name(), outputs);
  into.push_back(item.metric());
  if (!into.back())
    throw ValueError("compile", "the metric is missing; got an empty handle; expected a name, an object or a function");
}

void add_metrics(const OutputMetrics& item, const Names& outputs, Metrics& into) {
  if (!item.is_list()) return add_metric(item, outputs, into);
  for (const OutputMetrics& one : item.items()) add_metric(one, outputs, into);
}

std::vector<Metrics> by_name(const char* where, const Items& items, const Names& outputs) {
  Names given;
  for (const OutputMetrics& item : items) given.push_back(item.items()[0].name());
  const auto places = places_of(given, {where, "output", outputs});
  std::vector<Metrics> all(outputs.size());
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (places[i]) add_metrics(items[*places[i]].items()[1], outputs, all[i]);
  return all;
}

std::vector<Metrics> by_order(const char* what, const Items& items, const Names& outputs) {
  std::vector<Metrics> all(outputs.size());
  if (outputs.size() > 1 && !items.empty() && items.size() != outputs.size())
    throw ValueError("compile", fmt::format("there must be as many {} as outputs; got {}; expected one for each of {}",
                                            what, items.size(), fmt::join(outputs, ", ")));
  for (std::size_t i = 0; i < items.size(); ++i) add_metrics(items[i], outputs, all[outputs.size() == 1 ? 0 : i]);
  return all;
}

}  // namespace

MetricsByOutput metrics_by_output(const char* what, const MetricList& metrics, const Names& outputs) {
  const Items& items = metrics.items();
  const auto named =
      std::count_if(items.begin(), items.end(), [&](const auto& item) { return names_output(item, outputs); });
  if (named == 0) return {by_order(what, items, outputs), false};
  const std::string where = fmt::format("compile, {}", what);
  if (named != std::ssize(items))
    throw ValueError(where.c_str(), fmt::format("some of the items name an output and some do not; got {} of {}; "
                                                "expected all or none",
                                                named, items.size()));
  return {by_name(where.c_str(), items, outputs), true};
}

}  // namespace cornu::detail
