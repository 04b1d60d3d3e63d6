#include <cornu/framework/base/name_pattern.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <regex>

#include <cornu/framework/base/errors.hpp>

namespace cornu::detail {

namespace {

std::regex compiled(std::string_view where, const std::string& pattern) {
  try {
    return std::regex(pattern);
  } catch (const std::regex_error&) {
    throw ValueError(where,
                     fmt::format("no regular expression; got '{}'; expected part of a name, or a pattern such as "
                                 "'bias|gamma$'",
                                 pattern));
  }
}

}  // namespace

bool any_occurs(std::string_view where, std::span<const std::string> patterns, std::string_view text) {
  bool occurs = false;
  for (const std::string& pattern : patterns)
    occurs |= std::regex_search(text.begin(), text.end(), compiled(where, pattern));
  return occurs;
}

}  // namespace cornu::detail
