#include <cornu/framework/base/name_pattern.hpp>

#include <fmt/core.h>

#include <stdexcept>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/pattern.hpp>
#include <cornu/framework/base/shown.hpp>

namespace cornu::detail {

namespace {

Pattern compiled(std::string_view where, const std::string& pattern) {
  try {
    return Pattern(pattern);
  } catch (const std::invalid_argument& error) {
    throw ValueError(where,
                     fmt::format("no regular expression: {}; got '{}'; expected part of a name, or a pattern such as "
                                 "'bias|gamma$'",
                                 error.what(), shown(pattern)));
  }
}

}  // namespace

bool any_occurs(std::string_view where, std::span<const std::string> patterns, std::string_view text) {
  bool occurs = false;
  for (const std::string& pattern : patterns) occurs |= compiled(where, pattern).occurs_in(text);
  return occurs;
}

}  // namespace cornu::detail
