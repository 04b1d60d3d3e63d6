#pragma once
#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// The object of that name: `from_name<losses::Loss>("mse")`. One explicit table a kind; throws ValueError that lists
/// the names there are. Specialised beside each abstract class.
template <class Base>
std::shared_ptr<Base> from_name(std::string_view name);

class ConfigView;
/// The object that a config describes, as Keras's files write it: a name, or {"module", "class_name", "config",
/// "registered_name"}. Only class_name and registered_name select, from the table of that kind and from what
/// register_class() added; nothing that a file names is opened or loaded. Keys that the class does not know are noted
/// in the view's report. Throws FileError, naming the place, for a class that there is not and for options that it
/// refuses. Specialised beside each abstract class.
template <class Base>
std::shared_ptr<Base> from_config(const ConfigView& object);

/// Kinds that are one function (Base::Function) are also made from any callable of its signature.
template <class F, class Base>
concept FunctionOf = !std::derived_from<F, Base> && std::constructible_from<typename Base::Function, F>;

/// How a Regularizer, Loss, Optimizer … is passed: made from Keras's name for it, from an object of a subclass (which
/// moves in) or from a shared pointer to one. Empty means none.
///
///     .kernel_regularizer = "l2"      .kernel_regularizer = regularizers::L2(1e-3)
template <class Base>
class Handle {
 public:
  Handle() = default;
  Handle(std::nullptr_t) {}
  Handle(const char* name);
  Handle(const std::string& name);
  template <std::derived_from<Base> T>
  Handle(T object) : Handle(Owned(), new T(std::move(object))) {}
  template <std::derived_from<Base> T>
  Handle(std::shared_ptr<T> object) : object_(std::move(object)) {}
  template <FunctionOf<Base> F>
  Handle(F function) : object_(Base::from_function(std::move(function))) {}

  Handle(const Handle& other);
  Handle(Handle&& other) noexcept = default;
  Handle& operator=(const Handle& other);
  Handle& operator=(Handle&& other) noexcept;
  ~Handle();

  explicit operator bool() const { return object_ != nullptr; }
  Base* operator->() const { return object_.get(); }
  Base& operator*() const { return *object_; }
  const std::shared_ptr<Base>& shared() const { return object_; }
  /// The object's config, null for none, where the kind has configs.
  template <class B = Base>
  auto to_config() const {
    using Config = decltype(std::declval<const B&>().to_config());
    return object_ ? object_->to_config() : Config();
  }

 private:
  struct Owned {};
  Handle(Owned, Base* object);

  std::shared_ptr<Base> object_;
};

// Not inline, and instantiated once a kind beside its from_name: layers have many handles, and a program that makes
// layers would compile all of this for each.
template <class Base>
Handle<Base>::Handle(const char* name) : object_(from_name<Base>(name)) {}
template <class Base>
Handle<Base>::Handle(const std::string& name) : object_(from_name<Base>(name)) {}
template <class Base>
Handle<Base>::Handle(Owned, Base* object) : object_(object) {}
template <class Base>
Handle<Base>::Handle(const Handle& other) = default;
template <class Base>
Handle<Base>& Handle<Base>::operator=(const Handle& other) = default;
template <class Base>
Handle<Base>& Handle<Base>::operator=(Handle&& other) noexcept = default;
template <class Base>
Handle<Base>::~Handle() = default;

}  // namespace cornu
CORNU_EXPORT_END
