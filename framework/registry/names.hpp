#pragma once
// Internal: the tables behind from_name and from_config.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

#include <cornu/framework/base/callable.hpp>
#include <cornu/framework/registry/config_view.hpp>
#include <cornu/framework/registry/handle.hpp>
#include <cornu/framework/registry/register_class.hpp>

namespace cornu::detail {

/// One row of a table: what makes the object, the class's name in files, and the names it goes by besides; errors list
/// the first of them.
template <class Base>
struct Named {
  std::shared_ptr<Base> (*make)();
  std::shared_ptr<Base> (*from_config)(const ConfigView& config);
  std::string_view class_name;
  const std::type_info* type;
  std::array<std::string_view, 3> names = {};

  bool has(std::string_view name) const {
    for (const std::string_view known : names)
      if (!known.empty() && known == name) return true;
    return !name.empty() && name == class_name;
  }
};

template <class Base, class T>
std::shared_ptr<Base> make_default() {
  return std::make_shared<T>();
}

/// The row of T. A name makes it if it has a default constructor.
template <class Base, class T>
constexpr Named<Base> named(std::string_view class_name, std::convertible_to<std::string_view> auto... names) {
  std::shared_ptr<Base> (*make)() = nullptr;
  if constexpr (std::default_initializable<T>) make = make_default<Base, T>;
  return {make, make_from_config<Base, T>, class_name, &typeid(T), {names...}};
}

/// Throws ValueError: the kind has no such name. `list` is of the names to choose from, `known` of all spellings.
[[noreturn]] void refuse_name(std::string_view kind, std::string_view name, const std::string& list,
                              const std::vector<std::string_view>& known);

/// The one of some words that a name is in any case, "Acc" and "acc"; otherwise the name.
std::string_view in_any_case(std::string_view name, std::initializer_list<std::string_view> words);

/// Throws ValueError, with `kind` ("initializer") as its place, for a name that the table does not have.
template <class Base, std::size_t rows>
std::shared_ptr<Base> make_by_name(std::string_view kind, std::string_view name, const Named<Base> (&table)[rows]) {
  for (const Named<Base>& row : table)
    if (row.make && row.has(name)) return row.make();

  std::string list;
  std::vector<std::string_view> known;
  for (const Named<Base>& row : table) {
    if (!row.make) continue;
    list += fmt::format("{}{}", list.empty() ? "" : ", ", row.names[0].empty() ? row.class_name : row.names[0]);
    known.insert(known.end(), row.names.begin(), row.names.end());
    known.push_back(row.class_name);
  }
  refuse_name(kind, name, list, known);
}

/// The classes of a kind that files can name, those of its table: for tests of each of them, which have the static
/// library. (beside the tables)
template <class Base>
[[gnu::visibility("hidden")]] std::vector<std::string_view> class_names();

template <class Base, std::size_t rows>
std::vector<std::string_view> class_names_in(const Named<Base> (&table)[rows]) {
  std::vector<std::string_view> names;
  for (const Named<Base>& row : table)
    if (!row.class_name.empty()) names.push_back(row.class_name);
  return names;
}

/// Whether an object of a file says that it is of a module of Keras, or of none.
bool is_of_keras(const ConfigView& object);

/// The class that a value of a config asks for: "relu", or {"module", "class_name", "config", "registered_name"}, or
/// such an object for a function, whose config is its name. Nothing but these names decides what is made.
class AskedClass {
 public:
  /// `kind` is for the errors. Throws FileError for what is neither.
  AskedClass(std::string_view kind, const ConfigView& object);

  /// Of a string or a function.
  bool is_name() const { return is_name_; }
  const std::string& name() const { return name_; }
  /// The name under which a table has it: that of a class of Keras, "package>Class" of another; "" of a class that is
  /// of another module.
  std::string name_in_table() const;
  /// What somebody registered under its registered_name, or, unless the table has it, under its class_name; or null.
  Maker registered(const std::type_info& base, bool is_in_table) const;
  /// Runs `make` on the config. Errors that are no FileError become one that names the place; keys that nobody read are
  /// noted.
  std::shared_ptr<void> made(const Callable<std::shared_ptr<void>(const ConfigView&)>& make) const;
  /// Throws FileError: cornu does not have the class.
  [[noreturn]] void refuse() const;

 private:
  void read_object();

  std::string kind_, name_, registered_name_;
  ConfigView object_, config_;
  bool is_of_keras_ = true, is_name_ = false;
};

/// The object that a config describes, of a class of the table or one that was registered. Throws FileError for any
/// other, and for what the class refuses.
template <class Base, std::size_t rows>
std::shared_ptr<Base> make_from_table(std::string_view kind, const ConfigView& object,
                                      const Named<Base> (&table)[rows]) {
  const AskedClass asked(kind, object);
  const auto made = [&](const auto& make) { return std::static_pointer_cast<Base>(asked.made(make)); };
  const auto* const row = std::find_if(std::begin(table), std::end(table),
                                       [&](const auto& known) { return known.has(asked.name_in_table()); });
  const bool is_in_table = row != std::end(table) && !asked.is_name();
  if (const Maker make = asked.registered(typeid(Base), is_in_table)) return made(make);
  if (asked.is_name() && !asked.name_in_table().empty())
    return made([&](const ConfigView&) { return from_name<Base>(asked.name()); });
  if (is_in_table) return made(row->from_config);
  asked.refuse();
}

}  // namespace cornu::detail
