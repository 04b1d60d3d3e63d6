#pragma once
#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/registry/config_view.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

namespace detail {

using Maker = std::shared_ptr<void> (*)(const ConfigView& config);  // of a Base, seen as void

void register_class(const std::type_info& base, std::string name, const std::type_info& type, Maker make);
/// What makes the class of that name; null when there is none.
Maker registered_maker(const std::type_info& base, std::string_view name);
/// The name that a class was registered by first; "" when it was not.
std::string registered_name(const std::type_info& base, const std::type_info& type);
Config registered_object(const std::type_info& base, const std::type_info& type, std::vector<Config::Member> config);

template <class T>
concept FromConfig = requires(const ConfigView& config) {
  T::from_config(config);
};

template <class Base, class T>
std::shared_ptr<Base> make_from_config(const ConfigView& config) {
  if constexpr (FromConfig<T>) {
    static_assert(std::same_as<decltype(T::from_config(config)), std::shared_ptr<T>>,
                  "the class's own `static std::shared_ptr<T> from_config(const ConfigView&)` is missing");
    return T::from_config(config);
  } else {
    static_assert(std::default_initializable<T>, "no default constructor and no static from_config(const ConfigView&)");
    return std::make_shared<T>();
  }
}

}  // namespace detail

/// Lets files name a class of yours: T, of the kind `Base` (a layer, loss, metric, initializer …), goes by `name`, as
/// in keras.saving.register_keras_serializable("my_package", "Scale"):
///
///     register_class<LayerBase, Scale>("my_package>Scale");
///
/// It is made by its static from_config, or by its default constructor:
///
///     static std::shared_ptr<Scale> from_config(const ConfigView& config) {
///       return std::make_shared<Scale>(config.get("factor", 1.0));
///     }
///
/// Safe from several threads. A name that was registered for the same class before stays as it is; the first name of a
/// class is the one that is written. Throws ValueError for an empty name, for one that another class has, and, with
/// clang, which cannot tell them apart, for a second class of the same name in an anonymous namespace of another file.
template <class Base, std::derived_from<Base> T>
void register_class(std::string name) {
  detail::register_class(typeid(Base), std::move(name), typeid(T), [](const ConfigView& config) {
    return std::static_pointer_cast<void>(detail::make_from_config<Base, T>(config));
  });
}

/// An object of a class of yours as files write it: {"module": null, "class_name": "Scale", "config": {…},
/// "registered_name": "my_package>Scale"}. A class that is not registered goes by its own name, and can be read once it
/// is registered under that. What to_config() of a class of yours answers, with its options:
///
///     Config to_config() const override { return registered_object<losses::Loss>(*this, {{"delta", delta_}}); }
template <class Base>
Config registered_object(const Base& object, std::vector<Config::Member> config = {}) {
  return detail::registered_object(typeid(Base), typeid(object), std::move(config));
}

}  // namespace cornu
CORNU_EXPORT_END
