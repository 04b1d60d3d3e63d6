#include <cornu/framework/model/by_name.hpp>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/nearest_name.hpp>

namespace cornu::detail {

std::vector<std::optional<std::size_t>> places_of(const std::vector<std::string>& given, const NamesOf& known) {
  std::vector<std::optional<std::size_t>> places(known.names.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto found = std::find(known.names.begin(), known.names.end(), given[i]);
    if (found == known.names.end()) {
      const std::vector<std::string_view> names(known.names.begin(), known.names.end());
      throw ValueError(known.where, fmt::format("there is no {} '{}'; got {}; expected {}{}", known.kind, given[i],
                                                fmt::join(given, ", "), fmt::join(known.names, ", "),
                                                did_you_mean(given[i], names)));
    }
    std::optional<std::size_t>& place = places[static_cast<std::size_t>(found - known.names.begin())];
    if (place)
      throw ValueError(known.where, fmt::format("{} '{}' is given twice; got {}; expected each once", known.kind,
                                                given[i], fmt::join(given, ", ")));
    place = i;
  }
  return places;
}

void throw_missing(const std::vector<std::string>& given, const std::string& name, const NamesOf& known,
                   const char* what_to_do) {
  throw ValueError(known.where, fmt::format("{} '{}' is missing; got {}; expected {}{}", known.kind, name,
                                            fmt::join(given, ", "), fmt::join(known.names, ", "), what_to_do));
}

}  // namespace cornu::detail
