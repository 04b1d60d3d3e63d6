#pragma once
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/list.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

namespace detail {

/// A name as an argument. A type of its own, since braces around two names, `{"a", "b"}`, would make one std::string or
/// std::string_view of two pointers.
struct NameArgument {
  template <std::convertible_to<std::string_view> T>
  NameArgument(const T& text) : text(text) {}
  NameArgument(std::nullptr_t) = delete;
  std::string_view text;
};

}  // namespace detail

/// What belongs to the input or output of a name: `{"price", 0.2}`.
template <class T>
struct NamedItem {
  NamedItem(detail::NameArgument name, T value);
  std::string name;
  T value;
};

/// One T for each input or output of a model: in their order, as a List, or each with a name, in any order:
///
///     {1.0, 0.2}      {{"price", 1.0}, {"kind", 0.2}}
///
/// The names are looked up when the model is known.
template <class T>
class NamedList {
 public:
  NamedList() = default;
  NamedList(T item);
  NamedList(std::initializer_list<T> items);
  NamedList(const std::vector<T>& items);
  NamedList(const List<T>& items);
  NamedList(std::initializer_list<NamedItem<T>> items);
  NamedList(const std::vector<NamedItem<T>>& items);
  NamedList(const NamedList& other);
  NamedList(NamedList&& other) noexcept = default;
  NamedList& operator=(const NamedList& other);
  NamedList& operator=(NamedList&& other) noexcept;
  ~NamedList();

  std::size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  const T& operator[](std::size_t i) const { return items_[i]; }
  const List<T>& items() const { return items_; }
  /// The items' names, or nothing.
  const std::vector<std::string>& names() const { return names_; }
  bool has_names() const { return !names_.empty(); }

 protected:
  void add(std::string name, T item);

 private:
  List<T> items_;
  std::vector<std::string> names_;
};

// Not inline, and instantiated once an item's type (see List).
template <class T>
NamedItem<T>::NamedItem(detail::NameArgument name, T value) : name(name.text), value(std::move(value)) {}
template <class T>
NamedList<T>::NamedList(T item) : items_(std::move(item)) {}
template <class T>
NamedList<T>::NamedList(std::initializer_list<T> items) : items_(items) {}
template <class T>
NamedList<T>::NamedList(const std::vector<T>& items) : items_(items) {}
template <class T>
NamedList<T>::NamedList(const List<T>& items) : items_(items) {}
template <class T>
NamedList<T>::NamedList(std::initializer_list<NamedItem<T>> items) {
  for (const NamedItem<T>& item : items) add(item.name, item.value);
}
template <class T>
NamedList<T>::NamedList(const std::vector<NamedItem<T>>& items) {
  for (const NamedItem<T>& item : items) add(item.name, item.value);
}
template <class T>
NamedList<T>::NamedList(const NamedList& other) = default;
template <class T>
NamedList<T>& NamedList<T>::operator=(const NamedList& other) = default;
template <class T>
NamedList<T>& NamedList<T>::operator=(NamedList&& other) noexcept = default;
template <class T>
NamedList<T>::~NamedList() = default;
template <class T>
void NamedList<T>::add(std::string name, T item) {
  names_.push_back(std::move(name));
  items_.push_back(std::move(item));
}

}  // namespace cornu
CORNU_EXPORT_END
