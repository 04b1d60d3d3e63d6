#include <cornu/framework/model/history.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/model/step_profile.hpp>

namespace cornu {

namespace {

template <class Entries>
auto find(Entries& entries, std::string_view name) {
  return std::find_if(entries.begin(), entries.end(), [name](const auto& entry) { return entry.first == name; });
}

template <class Entries>
auto& find_or_throw(const char* where, Entries& entries, std::string_view name) {
  const auto found = find(entries, name);
  if (found != entries.end()) return found->second;
  std::string names;
  for (const auto& entry : entries) names += (names.empty() ? "" : ", ") + entry.first;
  throw IndexError(where, fmt::format("no figure has that name; got '{}'; expected one of: {}", name, names));
}

}  // namespace

namespace {
double without_sign_of_nan(double value) {
  return std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value;
}
}  // namespace

Logs::Logs(std::initializer_list<Entry> entries) : entries_(entries) {
  for (auto& [name, value] : entries_) value = without_sign_of_nan(value);
}

double Logs::operator[](std::string_view name) const { return find_or_throw("Logs", entries_, name); }
bool Logs::contains(std::string_view name) const { return find(entries_, name) != entries_.end(); }

void Logs::set(std::string_view name, double value) {
  const auto found = find(entries_, name);
  if (found != entries_.end())
    found->second = without_sign_of_nan(value);
  else
    entries_.emplace_back(name, without_sign_of_nan(value));
}

const std::vector<double>& History::operator[](std::string_view name) const {
  return find_or_throw("History", series_, name);
}
bool History::contains(std::string_view name) const { return find(series_, name) != series_.end(); }

void History::add(std::int64_t epoch, const Logs& logs) {
  epochs_.push_back(epoch);
  last_ = logs;
  for (const auto& [name, value] : logs) {
    auto found = find(series_, name);
    if (found == series_.end()) found = series_.insert(series_.end(), {name, {}});
    found->second.push_back(value);
  }
}

const StepProfile& History::profile() const {
  if (!profile_) throw StateError("History::profile", "nothing was measured; call fit with {.profile = true}");
  return *profile_;
}

void History::set_profile(const StepProfile& profile) { profile_ = detail::Shared<const StepProfile>::make(profile); }

}  // namespace cornu

[[gnu::visibility("default")]] fmt::format_context::iterator fmt::formatter<cornu::Logs>::format(
    const cornu::Logs& logs, fmt::format_context& context) const {
  auto out = context.out();
  for (bool is_first = true; const auto& [name, value] : logs) {
    out = fmt::format_to(out, "{}{}: ", std::exchange(is_first, false) ? "" : ", ", name);
    context.advance_to(out);
    out = fmt::formatter<double>::format(value, context);
  }
  return out;
}
