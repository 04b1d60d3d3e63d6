#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>
#include <xtensor/xarray.hpp>
#include <xtensor/xbuffer_adaptor.hpp>
#include <xtensor/xtensor.hpp>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/storage.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
/// @file
/// Tensors from and to xtensor's containers. The only public header that includes xtensor: no other needs it.
///
///     xt::xarray<float> a = xt::random::rand<float>({32, 10});
///     const Tensor x = from_xarray(std::move(a));                // a's elements, not copied
///     const auto rows = to_xtensor<float, 2>(model.predict(x));  // the tensor's elements, not copied
///     fmt::print("{}\n", xt::amax(rows)());
namespace cornu {

namespace detail {

template <class Extents>
Shape shape_of(const Extents& extents) {
  Shape shape;
  for (const auto extent : extents) shape.push_back(static_cast<std::int64_t>(extent));
  return shape;
}

// A container that has become a tensor's storage.
template <class Container>
struct Adopted {
  explicit Adopted(Container&& c) : container(std::move(c)) {
    storage.bytes = reinterpret_cast<std::byte*>(container.data());
    storage.capacity = container.size() * sizeof(typename Container::value_type);
    storage.release = [](Storage* own) { delete static_cast<Adopted*>(own->owner); };
    storage.owner = this;
  }
  Container container;
  Storage storage;
};

// The elements of a tensor as a buffer of xtensor's, which keeps the tensor alive.
template <class T>
auto shared_buffer(const Tensor& tensor) {
  using Owner = std::shared_ptr<const Tensor>;
  return xt::xbuffer_adaptor<const T*, xt::smart_ownership, Owner>(
      tensor.data<T>(), static_cast<std::size_t>(tensor.size()), std::make_shared<const Tensor>(tensor));
}

template <class T>
using SharedBuffer = decltype(shared_buffer<T>(std::declval<Tensor>()));

}  // namespace detail

/// The elements of any xtensor expression, copied in row-major order. The dtype is that of the elements: float, double,
/// std::int32_t, std::int64_t or bool. Throws ShapeError for a rank above 6.
template <class E>
Tensor from_xarray(const xt::xexpression<E>& expression) {
  using T = std::remove_const_t<typename E::value_type>;
  const E& values = expression.derived_cast();
  Tensor result = Tensor::uninitialized(detail::shape_of(values.shape()), dtype_of<T>);
  std::copy(values.template begin<xt::layout_type::row_major>(), values.template end<xt::layout_type::row_major>(),
            result.mutable_data<T>());
  return result;
}

/// A row-major xt::xarray or xt::xtensor that is moved in gives its memory to the tensor: nothing is copied.
template <class Elements, class Extents, class Tag>
Tensor from_xarray(xt::xarray_container<Elements, xt::layout_type::row_major, Extents, Tag>&& array) {
  using Container = std::remove_reference_t<decltype(array)>;
  const Shape shape = detail::shape_of(array.shape());
  auto* const adopted = new detail::Adopted<Container>(std::move(array));
  return detail::tensor_over(&adopted->storage, shape, dtype_of<typename Container::value_type>);
}
template <class Elements, std::size_t N, class Tag>
Tensor from_xarray(xt::xtensor_container<Elements, N, xt::layout_type::row_major, Tag>&& array) {
  using Container = std::remove_reference_t<decltype(array)>;
  const Shape shape = detail::shape_of(array.shape());
  auto* const adopted = new detail::Adopted<Container>(std::move(array));
  return detail::tensor_over(&adopted->storage, shape, dtype_of<typename Container::value_type>);
}

/// A read-only xtensor expression over the tensor's elements, which it keeps alive: nothing is copied. Assign it to an
/// xt::xarray<T> to have elements of one's own. Throws ValueError when T is not the dtype, StateError for a symbolic
/// tensor.
template <Element T>
auto to_xarray(const Tensor& tensor) {
  using Extents = std::vector<std::size_t>;
  return xt::xarray_adaptor<detail::SharedBuffer<T>, xt::layout_type::row_major, Extents>(
      detail::shared_buffer<T>(tensor), Extents(tensor.shape().begin(), tensor.shape().end()));
}

/// The same with a rank known when compiling. Throws ShapeError, too, when the tensor's rank is not N.
template <Element T, std::size_t N>
auto to_xtensor(const Tensor& tensor) {
  if (tensor.rank() != N)
    throw ShapeError("to_xtensor", fmt::format("another rank; got shape {}; expected rank {}", tensor.shape(), N));
  std::array<std::size_t, N> extents{};
  std::transform(tensor.shape().begin(), tensor.shape().end(), extents.begin(),
                 [](std::int64_t extent) { return static_cast<std::size_t>(extent); });
  return xt::xtensor_adaptor<detail::SharedBuffer<T>, N, xt::layout_type::row_major>(detail::shared_buffer<T>(tensor),
                                                                                     extents);
}

}  // namespace cornu
CORNU_EXPORT_END
