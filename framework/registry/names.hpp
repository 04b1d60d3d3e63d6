#pragma once
// Internal: the tables behind from_name.
#include <fmt/core.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include <cornu/framework/base/errors.hpp>

namespace cornu::detail {

/// One row of a table: what makes the object, and the names it goes by; errors list the first.
template <class Base>
struct Named {
  std::shared_ptr<Base> (*make)();
  std::array<std::string_view, 4> names;
};

template <class Base, class T>
std::shared_ptr<Base> make_default() {
  return std::make_shared<T>();
}

/// Throws ValueError, with `kind` ("initializer") as its place, for a name that the table does not have.
template <class Base, std::size_t rows>
std::shared_ptr<Base> make_by_name(std::string_view kind, std::string_view name, const Named<Base> (&table)[rows]) {
  for (const Named<Base>& row : table)
    for (const std::string_view known : row.names)
      if (!name.empty() && known == name) return row.make();

  std::string list;
  for (const Named<Base>& row : table) list += fmt::format("{}{}", list.empty() ? "" : ", ", row.names[0]);
  throw ValueError(
      kind, fmt::format("unknown {}; got '{}'; expected one of {}; pass an object for any other", kind, name, list));
}

}  // namespace cornu::detail
