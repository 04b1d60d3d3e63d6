#include <cornu/framework/registry/register_class.hpp>

#include <fmt/core.h>

#include <map>
#include <mutex>
#include <typeindex>

#include <cornu/framework/base/class_name.hpp>
#include <cornu/framework/base/errors.hpp>

namespace cornu::detail {

namespace {

struct Registered {
  std::type_index type;
  Maker make;
};

struct Registry {
  using Key = std::pair<std::type_index, std::string>;  // kind, name
  std::mutex mutex;
  std::map<Key, Registered> classes;
  std::map<std::pair<std::type_index, std::type_index>, std::string> names;  // of kind and class
};

Registry& registry() {
  static Registry the_registry;
  return the_registry;
}

// clang takes classes of one name in the anonymous namespaces of two files for one class, but each has its own maker.
void require_one_class(const Registered& known, const std::type_info& type, Maker make) {
  if (known.make == make || std::string_view(type.name()).find("_GLOBAL__N_1") == std::string_view::npos) return;
  throw ValueError(
      "register_class",
      fmt::format("two files have a class of this name in their anonymous namespaces; got {}; expected one "
                  "class of the name; rename one of them",
                  class_name_of(type)));
}

}  // namespace

void register_class(const std::type_info& base, std::string name, const std::type_info& type, Maker make) {
  if (name.empty()) throw ValueError("register_class", "the name is empty; expected \"package>Class\"");
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  if (const auto known = all.names.find({base, type}); known != all.names.end())
    require_one_class(all.classes.at({base, known->second}), type, make);
  const auto [place, is_new] = all.classes.try_emplace({base, name}, Registered{type, make});
  if (!is_new && place->second.type != std::type_index(type))
    throw ValueError("register_class", fmt::format("\"{}\" is the name of another class already; got {}; choose "
                                                   "another package or name",
                                                   name, class_name_of(type)));
  all.names.try_emplace({base, type}, std::move(name));
}

Maker registered_maker(const std::type_info& base, std::string_view name) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  const auto found = all.classes.find({base, std::string(name)});
  return found == all.classes.end() ? nullptr : found->second.make;
}

std::string registered_name(const std::type_info& base, const std::type_info& type) {
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  const auto found = all.names.find({base, type});
  return found == all.names.end() ? "" : found->second;
}

Config registered_object(const std::type_info& base, const std::type_info& type, std::vector<Config::Member> config) {
  const std::string name = registered_name(base, type), class_name = class_name_of(type);
  return Config::object({{"module", nullptr},
                         {"class_name", class_name},
                         {"config", Config::object(std::move(config))},
                         {"registered_name", name.empty() ? class_name : name}});
}

}  // namespace cornu::detail
