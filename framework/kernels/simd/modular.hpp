#pragma once
// Internal: integers are computed as unsigned ones, which wrap round.
#include <cstdint>

namespace cornu::kernels::CORNU_ISA {
namespace {

template <class T>
struct Modular {
  using type = T;
};
template <>
struct Modular<std::int32_t> {
  using type = std::uint32_t;
};
template <>
struct Modular<std::int64_t> {
  using type = std::uint64_t;
};
template <class T>
typename Modular<T>::type modular(T x) {
  return static_cast<typename Modular<T>::type>(x);
}

}  // namespace
}  // namespace cornu::kernels::CORNU_ISA
