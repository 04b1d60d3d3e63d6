#pragma once
// Internal: the name of a file as an argument in front of options.
#include <concepts>
#include <string>
#include <utility>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::detail {

/// Made from whatever makes a std::string, which it is not itself: of that gcc 12 makes one of `{.monitor = "loss"}`,
/// as if the name were not there.
struct FileName {
  template <std::convertible_to<std::string> T>
  FileName(T&& name) : text(std::forward<T>(name)) {}

  std::string text;
};

}  // namespace cornu::detail
CORNU_EXPORT_END
