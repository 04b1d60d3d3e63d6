#pragma once
// Internal: sums and maxima of a row. The order of the additions is fixed by the row's length alone, the same in every
// build: short rows are added one after the other; in longer ones element j goes to lane j mod 32, and the lanes are
// then added pairwise; rows longer than 2,048 are halved first.
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

constexpr std::int64_t longest_run = 64 * lanes;

// Combines value(first) … value(first + size - 1) by F, whose neutral element is `start`.
template <class F, class T, class Value>
inline T fold_run(T start, std::int64_t first, std::int64_t size, const Value& value) {
  if (size < lanes) {
    for (std::int64_t j = first; j < first + size; ++j) start = F::of(start, value(j));
    return start;
  }
  T lane[lanes];
  for (int k = 0; k < lanes; ++k) lane[k] = start;
  const std::int64_t end = first + size;
  std::int64_t j = first;
  for (; j + lanes <= end; j += lanes)
    for (int k = 0; k < lanes; ++k) lane[k] = F::of(lane[k], value(j + k));
  for (int k = 0; j + k < end; ++k) lane[k] = F::of(lane[k], value(j + k));
  for (int width = lanes / 2; width > 0; width /= 2)
    for (int k = 0; k < width; ++k) lane[k] = F::of(lane[k], lane[k + width]);
  return lane[0];
}

template <class F, class T, class Value>
T fold_halves(T start, std::int64_t first, std::int64_t size, const Value& value) {
  if (size <= longest_run) return fold_run<F>(start, first, size, value);
  const std::int64_t half = size / 2;
  return F::of(fold_halves<F>(start, first, half, value), fold_halves<F>(start, first + half, size - half, value));
}

template <class F, class T, class Value>
inline T fold(T start, std::int64_t size, Value value) {
  return size <= longest_run ? fold_run<F>(start, 0, size, value) : fold_halves<F>(start, 0, size, value);
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
