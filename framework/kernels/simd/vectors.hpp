#pragma once
// Internal: vectors as long as this build's registers, in the extension that gcc and clang share.
#include <cstdint>
#include <utility>

namespace cornu::kernels::CORNU_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int vector_bytes = 64, registers = 32;
#elif defined(__AVX__)
constexpr int vector_bytes = 32, registers = 16;
#else
constexpr int vector_bytes = 16, registers = 16;
#endif

template <class T, int bytes>
struct VectorOf {
  typedef T type __attribute__((vector_size(bytes)));
};
template <class T>
using Vector = typename VectorOf<T, vector_bytes>::type;
template <class T>
constexpr int vector_lanes = vector_bytes / static_cast<int>(sizeof(T));

// Anywhere in memory.
template <class T>
inline Vector<T> load(const T* from) {
  Vector<T> x;
  __builtin_memcpy(&x, from, sizeof x);
  return x;
}
template <class T>
inline void store(Vector<T> x, T* to) {
  __builtin_memcpy(to, &x, sizeof x);
}

// So are vectors of any length and type.
template <class V, class T>
inline void read_vector(const T* from, V& vector) {
  __builtin_memcpy(&vector, from, sizeof vector);
}
template <class V, class T>
inline void write_vector(const V& vector, T* to) {
  __builtin_memcpy(to, &vector, sizeof vector);
}

// The first `count` elements, or all that there is place for; zeros behind them.
template <class T>
inline Vector<T> load_first(const T* from, std::int64_t count) {
  if (count >= vector_lanes<T>) return load(from);
  Vector<T> x = {};
  for (std::int64_t i = 0; i < count; ++i) x[i] = from[i];
  return x;
}
template <class T>
inline void store_first(Vector<T> x, std::int64_t count, T* to) {
  if (count >= vector_lanes<T>) return store(x, to);
  for (std::int64_t i = 0; i < count; ++i) to[i] = x[i];
}

// F of all lanes: of those that lie half a vector apart, and so on.
template <class F, int lanes, class T>
inline T fold_lanes(const T* x) {
  if constexpr (lanes == 1) {
    return x[0];
  } else {
    typename VectorOf<T, lanes / 2 * static_cast<int>(sizeof(T))>::type low, high;
    __builtin_memcpy(&low, x, sizeof low);
    __builtin_memcpy(&high, x + lanes / 2, sizeof high);
    low = F::of(low, high);
    T half[lanes / 2];
    __builtin_memcpy(half, &low, sizeof low);
    return fold_lanes<F, lanes / 2>(half);
  }
}

// The first halves of a and b, or the second ones, an element of a and one of b in turn.
template <bool second, class V, int... lane>
inline V zipped(const V& a, const V& b, std::integer_sequence<int, lane...>) {
  constexpr int lanes = sizeof...(lane), from = second ? lanes / 2 : 0;
  return __builtin_shufflevector(a, b, (from + lane / 2 + lane % 2 * lanes)...);
}

// A square block of rows in `x`, made that of columns: zipping row i with row i + lanes / 2 turns the bits of an
// element's row and column by one place.
template <class T>
inline void transpose_block(Vector<T> (&x)[vector_lanes<T>]) {
  constexpr int lanes = vector_lanes<T>;
  constexpr std::make_integer_sequence<int, lanes> all{};
  for (int turn = 1; turn < lanes; turn *= 2) {
    Vector<T> y[lanes];
    for (int i = 0; i < lanes / 2; ++i) {
      y[2 * i] = zipped<false>(x[i], x[i + lanes / 2], all);
      y[2 * i + 1] = zipped<true>(x[i], x[i + lanes / 2], all);
    }
    for (int i = 0; i < lanes; ++i) x[i] = y[i];
  }
}

}  // namespace
}  // namespace cornu::kernels::CORNU_ISA
