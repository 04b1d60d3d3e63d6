#pragma once
// Internal: what was given by the names of inputs or outputs, in their order.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/model/named_list.hpp>

namespace cornu::detail {

/// What errors say of the names: "[fit] there is no input 'questoin'; …".
struct NamesOf {
  const char* where;                      ///< "fit"
  const char* kind;                       ///< "input"
  const std::vector<std::string>& names;  ///< those that there are
};

/// For each name that there is, its place among those that were given; nothing for one that was not. Throws ValueError
/// for a name that there is not, and for one that is given twice.
std::vector<std::optional<std::size_t>> places_of(const std::vector<std::string>& given, const NamesOf& known);

[[noreturn]] void throw_missing(const std::vector<std::string>& given, const std::string& name, const NamesOf& known,
                                const char* what_to_do = "");

/// The items, as they are unless they have names; `otherwise(name)` instead of one that was not given.
template <class T, class F>
List<T> in_order(const NamedList<T>& items, const NamesOf& known, const F& otherwise) {
  if (!items.has_names()) return items.items();
  const std::vector<std::optional<std::size_t>> places = places_of(items.names(), known);
  List<T> all;
  for (std::size_t i = 0; i < places.size(); ++i)
    all.push_back(places[i] ? items[*places[i]] : otherwise(known.names[i]));
  return all;
}

/// The same; throws ValueError, followed by `what_to_do`, for one that was not given.
template <class T>
List<T> all_in_order(const NamedList<T>& items, const NamesOf& known, const char* what_to_do = "") {
  return in_order(items, known,
                  [&](const std::string& name) -> T { throw_missing(items.names(), name, known, what_to_do); });
}

}  // namespace cornu::detail
