#pragma once
// Included by tensor.hpp: how nested lists become a Tensor.
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

namespace detail {

[[noreturn]] void throw_ragged(std::size_t row, std::size_t got, std::size_t expected);

template <Element T>
void flatten(T value, std::size_t, Shape&, std::vector<T>& values) {
  values.push_back(value);
}

// `shape` learns an axis' extent from the first list it meets there, and holds later ones to it.
template <Element T, class List>
void flatten(const List& list, std::size_t axis, Shape& shape, std::vector<T>& values) {
  if (axis == shape.rank()) shape.push_back(static_cast<std::int64_t>(list.size()));
  std::size_t row = 0;
  for (const auto& item : list) {
    if constexpr (!Element<std::remove_cvref_t<decltype(item)>>) {
      const bool known = axis + 1 < shape.rank();
      if (known && static_cast<std::int64_t>(item.size()) != shape[axis + 1])
        throw_ragged(row, item.size(), static_cast<std::size_t>(shape[axis + 1]));
    }
    flatten<T>(item, axis + 1, shape, values);
    ++row;
  }
}

template <Element T>
Tensor from_values(const Shape& shape, const std::vector<T>& values) {
  if constexpr (std::same_as<T, bool>) {
    Tensor result = Tensor::uninitialized(shape, boolean);
    bool* element = result.mutable_data<bool>();
    for (const bool value : values) *element++ = value;
    return result;
  } else {
    return Tensor(shape, std::span<const T>(values));
  }
}

template <Element T, class List>
Tensor from_list(const List& list) {
  Shape shape;
  std::vector<T> values;
  flatten<T>(list, 0, shape, values);
  return from_values(shape, values);
}

}  // namespace detail

template <Element T>
Tensor::Tensor(std::initializer_list<T> values) : Tensor(detail::from_list<T>(values)) {}
template <Element T>
Tensor::Tensor(std::initializer_list<T> values, DType dtype) : Tensor(detail::from_list<T>(values).astype(dtype)) {}
template <Element T>
Tensor::Tensor(std::initializer_list<std::initializer_list<T>> values) : Tensor(detail::from_list<T>(values)) {}
template <Element T>
Tensor::Tensor(std::initializer_list<std::initializer_list<T>> values, DType dtype)
    : Tensor(detail::from_list<T>(values).astype(dtype)) {}
template <Element T>
Tensor::Tensor(std::initializer_list<std::initializer_list<std::initializer_list<T>>> values)
    : Tensor(detail::from_list<T>(values)) {}
template <Element T>
Tensor::Tensor(std::initializer_list<std::initializer_list<std::initializer_list<T>>> values, DType dtype)
    : Tensor(detail::from_list<T>(values).astype(dtype)) {}
template <Element T>
Tensor::Tensor(std::initializer_list<std::initializer_list<std::initializer_list<std::initializer_list<T>>>> values)
    : Tensor(detail::from_list<T>(values)) {}

template <Element T>
Tensor::Tensor(const std::vector<T>& values) : Tensor(detail::from_list<T>(values)) {}
template <Element T>
Tensor::Tensor(const std::vector<std::vector<T>>& rows) : Tensor(detail::from_list<T>(rows)) {}

}  // namespace cornu
CORNU_EXPORT_END
