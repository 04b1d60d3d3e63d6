#pragma once
// Internal: sums and maxima of a row. The order of the additions is fixed by the row's length alone, the same in every
// build: short rows are added one after the other; in longer ones element j goes to lane j mod 32, and the lanes are
// then added pairwise.
#include <cstdint>

namespace cornu::kernels::CORNU_ISA {
namespace {

constexpr int lanes = 32;

struct Plus {
  template <class T>
  static T of(T a, T b) {
    return a + b;
  }
};
// NaN wins.
struct Larger {
  template <class T>
  static T of(T a, T b) {
    const bool first = (a > b) | (a != a);
    return first ? a : b;
  }
};

// Combines value(0) … value(size - 1) by F, whose neutral element is `start`.
template <class F, class T, class Value>
inline T fold(T start, std::int64_t size, Value value) {
  if (size < lanes) {
    for (std::int64_t j = 0; j < size; ++j) start = F::of(start, value(j));
    return start;
  }
  T lane[lanes];
  for (int k = 0; k < lanes; ++k) lane[k] = start;
  std::int64_t j = 0;
  for (; j + lanes <= size; j += lanes)
    for (int k = 0; k < lanes; ++k) lane[k] = F::of(lane[k], value(j + k));
  for (int k = 0; j + k < size; ++k) lane[k] = F::of(lane[k], value(j + k));
  for (int width = lanes / 2; width > 0; width /= 2)
    for (int k = 0; k < width; ++k) lane[k] = F::of(lane[k], lane[k + width]);
  return lane[0];
}

template <class T>
inline T row_max(const T* x, std::int64_t size) {
  return fold<Larger>(x[0], size, [x](std::int64_t j) { return x[j]; });
}
template <class T>
inline T row_sum(const T* x, std::int64_t size) {
  return fold<Plus>(T(0), size, [x](std::int64_t j) { return x[j]; });
}
template <class T>
inline T row_dot(const T* x, const T* y, std::int64_t size) {
  return fold<Plus>(T(0), size, [x, y](std::int64_t j) { return x[j] * y[j]; });
}

}  // namespace
}  // namespace cornu::kernels::CORNU_ISA
