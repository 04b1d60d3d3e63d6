#pragma once
// Internal: vectors as wide as this build's registers.
#include <cstdint>

namespace cornu::kernels::CORNU_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int vector_bytes = 64, registers = 32;
#elif defined(__AVX2__)
constexpr int vector_bytes = 32, registers = 16;
#else
constexpr int vector_bytes = 16, registers = 16;
#endif

template <class T>
struct VectorOf {
  typedef T type __attribute__((vector_size(vector_bytes)));
};
template <class T>
using Vector = typename VectorOf<T>::type;
template <class T>
constexpr int width_of = vector_bytes / static_cast<int>(sizeof(T));

// From and to any place.
template <class V, class T>
inline void load(const T* from, V& vector) {
  __builtin_memcpy(&vector, from, sizeof vector);
}
template <class V, class T>
inline void store(const V& vector, T* to) {
  __builtin_memcpy(to, &vector, sizeof vector);
}

}  // namespace
}  // namespace cornu::kernels::CORNU_ISA
