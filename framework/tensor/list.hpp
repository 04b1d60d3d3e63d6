#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

namespace detail {

void* allocate_small(std::size_t bytes);
void release_small(void* memory, std::size_t bytes);
[[noreturn]] void throw_index(std::size_t index, std::size_t size);
[[noreturn]] void throw_unpack(std::size_t size, std::size_t asked);

/// Memory from the free lists that tensors come from: a list made anew in each step costs no malloc.
template <class T>
struct PoolAllocator {
  using value_type = T;
  PoolAllocator() = default;
  template <class U>
  PoolAllocator(const PoolAllocator<U>&) {}
  T* allocate(std::size_t count) { return static_cast<T*>(allocate_small(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t count) { release_small(memory, count * sizeof(T)); }
  friend bool operator==(PoolAllocator, PoolAllocator) { return true; }
};

template <class T>
using PoolVector = std::vector<T, PoolAllocator<T>>;

}  // namespace detail

/// One T or several: made from one, from a list in braces or from a vector.
///
///     model.fit({questions, answers}, y)
///     const auto [scores, topics] = model.predict_all(x).unpack<2>();
template <class T>
class List {
 public:
  List() = default;
  List(T item);
  List(std::initializer_list<T> items);
  List(const std::vector<T>& items);
  List(const List& other);
  List(List&& other) noexcept = default;
  List& operator=(const List& other);
  List& operator=(List&& other) noexcept;
  ~List();

  std::size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  /// Throws IndexError outside 0 … size()-1.
  const T& operator[](std::size_t index) const {
    if (index >= items_.size()) detail::throw_index(index, items_.size());
    return items_[index];
  }
  T& operator[](std::size_t index) {
    if (index >= items_.size()) detail::throw_index(index, items_.size());
    return items_[index];
  }
  const T& front() const { return (*this)[0]; }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }
  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }
  void push_back(T item);
  /// The last one, taken out. Throws IndexError when there is none.
  T pop_back();
  void reserve(std::size_t count);

  /// Exactly `count` of them, for structured bindings. Throws ValueError when there are more or fewer.
  template <std::size_t count>
  std::array<T, count> unpack() const {
    if (items_.size() != count) detail::throw_unpack(items_.size(), count);
    std::array<T, count> all;
    for (std::size_t i = 0; i < count; ++i) all[i] = items_[i];
    return all;
  }

 private:
  detail::PoolVector<T> items_;
};

// Not inline, and instantiated once an item's type that is common: what programs need not compile themselves.
template <class T>
List<T>::List(T item) {
  items_.push_back(std::move(item));
}
template <class T>
List<T>::List(std::initializer_list<T> items) : items_(items) {}
template <class T>
List<T>::List(const std::vector<T>& items) : items_(items.begin(), items.end()) {}
template <class T>
List<T>::List(const List& other) = default;
template <class T>
List<T>& List<T>::operator=(const List& other) = default;
template <class T>
List<T>& List<T>::operator=(List&& other) noexcept = default;
template <class T>
List<T>::~List() = default;
template <class T>
void List<T>::push_back(T item) {
  items_.push_back(std::move(item));
}
template <class T>
T List<T>::pop_back() {
  if (items_.empty()) detail::throw_index(0, 0);
  T last = std::move(items_.back());
  items_.pop_back();
  return last;
}
template <class T>
void List<T>::reserve(std::size_t count) {
  items_.reserve(count);
}

class Tensor;
/// Several inputs or outputs.
using Tensors = List<Tensor>;
extern template class List<Tensor>;
extern template class List<std::int64_t>;

}  // namespace cornu
CORNU_EXPORT_END
