#include <cornu/framework/callbacks/monitor.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <string_view>
#include <vector>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/base/nearest_name.hpp>
#include <cornu/framework/metrics/direction.hpp>
#include <cornu/framework/model/compiled.hpp>

namespace cornu::callbacks::detail {

namespace {

// The metric whose figure has that name; null for figures of losses and callbacks.
const metrics::Metric* metric_named(const Model& model, std::string_view name) {
  if (!model.is_compiled()) return nullptr;
  for (const auto& output : model.compiled_with()->outputs) {
    auto figure = output.names.begin();
    for (const auto* metrics : {&output.metrics, &output.weighted_metrics})
      for (const auto& metric : *metrics)
        if (*figure++ == name) return metric.shared().get();
  }
  return nullptr;
}

std::optional<bool> more_is_better(const Model& model, std::string_view name) {
  if (name.starts_with("val_")) name.remove_prefix(4);
  const metrics::Metric* const metric = metric_named(model, name);
  return metric ? metric->more_is_better() : metrics::more_is_better_of(name);
}

std::vector<std::string> names_in(const Logs& logs) {
  std::vector<std::string> names;
  for (const auto& [name, value] : logs) names.push_back(name);
  return names;
}

// Of the figures that training shows, before there are any; "val_" of each comes with validation data.
std::vector<std::string> figures_of(const Model& model) {
  std::vector<std::string> names{"loss"};
  if (!model.is_compiled()) return names;
  const cornu::detail::Compiled& compiled = *model.compiled_with();
  for (const auto& output : compiled.outputs) {
    if (compiled.losses() > 1 && output.loss) names.push_back(output.name + "_loss");
    names.insert(names.end(), output.names.begin(), output.names.end());
  }
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

std::string nearest_of(std::string_view name, const std::vector<std::string>& names) {
  return did_you_mean(name, std::vector<std::string_view>(names.begin(), names.end()));
}

std::string nearest_figure(std::string_view name, std::vector<std::string> figures) {
  for (std::size_t i = 0, count = figures.size(); i < count; ++i) figures.push_back("val_" + figures[i]);
  return nearest_of(name, figures);
}

}  // namespace

Monitor::Monitor(const char* where, std::string name, std::string mode, double min_delta)
    : where_(where), name_(std::move(name)), mode_(std::move(mode)), min_delta_(std::abs(min_delta)) {
  if (mode_ != "auto" && mode_ != "min" && mode_ != "max")
    throw ValueError(where, fmt::format("mode is not known; got '{}'; expected auto, min or max", mode_));
  if (!std::isfinite(min_delta))
    throw ValueError(where, fmt::format("min_delta is no change; got {}; expected a finite number", min_delta));
}

void Monitor::begin(const Model& model) {
  more_is_better_ = mode_ == "max";
  if (mode_ != "auto") return;
  const std::optional<bool> more = more_is_better(model, name_);
  if (!more) {
    const std::vector<std::string> figures = figures_of(model);
    throw ValueError(where_,
                     fmt::format("it is not known whether more is better; got monitor '{}'; expected a figure of "
                                 "the model: {}, or with val_ in front those of validation data; for any other "
                                 "figure say mode = \"min\" or \"max\"{}",
                                 name_, listed(figures), nearest_figure(name_, figures)));
  }
  more_is_better_ = *more;
}

std::optional<double> Monitor::value_in(const Logs& logs, const char* then) {
  const bool is_there = logs.contains(name_);
  if (!is_there && !is_known_)
    log(fmt::format("{}: there is no figure '{}' (there are: {}), so {}{}\n", where_, name_, listed(names_in(logs)),
                    then, nearest_of(name_, names_in(logs))));
  is_known_ = true;
  return is_there ? std::optional(logs[name_]) : std::nullopt;
}

bool Monitor::improves_on(std::optional<double> reference, double value) const {
  if (std::isnan(value)) return false;
  if (!reference) return true;
  if (min_delta_ == 0) return more_is_better_ ? value > *reference : value < *reference;
  const auto reached = static_cast<float>(more_is_better_ ? value - min_delta_ : value + min_delta_);
  const auto needed = static_cast<float>(*reference);
  return more_is_better_ ? reached > needed : reached < needed;
}

Tensor Monitor::state() const { return Tensor(best_ ? std::vector<double>{*best_} : std::vector<double>()); }

void Monitor::set_state(const Tensor& state) {
  if (state.dtype() != float64 || state.rank() != 1 || state.dim(0) > 1)
    throw ValueError(where_,
                     fmt::format("not the best value; got shape {}; expected (0,) or (1,) float64", state.shape()));
  best_ = state.dim(0) == 1 ? std::optional(state.values<double>()[0]) : std::nullopt;
}

}  // namespace cornu::callbacks::detail
