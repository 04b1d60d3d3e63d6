#pragma once
// Internal: the product of two rows. The order of the additions follows from their length alone, the same in every
// build: element j of each full block of 16 goes to lane j, and the lanes are added pairwise; of the elements left
// over, eight, four, two and one join them when there are as many lanes. Rows longer than 2,048 are cut into pieces of
// 512, whose products are added as doubles.
#include <cstdint>

namespace cornu::kernels::CORNU_ISA {
namespace {

// Σ lane[k] for k < 2 · width, and Σ x[j] · y[j] over `left` elements, fewer than 2 · width.
template <int width, class T>
inline T folded_dot(const T* lane, const T* x, const T* y, std::int64_t left) {
  T half[width];
  for (int k = 0; k < width; ++k) half[k] = lane[k] + lane[k + width];
  if (left & width) {
    for (int k = 0; k < width; ++k) half[k] += x[k] * y[k];
    x += width;
    y += width;
  }
  if constexpr (width == 1)
    return half[0];
  else
    return folded_dot<width / 2>(half, x, y, left);
}

template <class T>
inline T dot_piece(const T* x, const T* y, std::int64_t size) {
  constexpr int block = 16;
  T lane[block] = {};
  std::int64_t j = 0;
  for (; j + block <= size; j += block)
    for (int k = 0; k < block; ++k) lane[k] += x[j + k] * y[j + k];
  return folded_dot<block / 2>(lane, x + j, y + j, size - j);
}

template <class T>
T dot_in_pieces(const T* x, const T* y, std::int64_t size) {
  constexpr std::int64_t piece = 512;
  double sum = 0;
  for (std::int64_t j = 0; j < size; j += piece)
    sum += static_cast<double>(dot_piece(x + j, y + j, size - j < piece ? size - j : piece));
  return static_cast<T>(sum);
}

template <class T>
inline T dot(const T* x, const T* y, std::int64_t size) {
  constexpr std::int64_t longest = 2048;
  return size <= longest ? dot_piece(x, y, size) : dot_in_pieces(x, y, size);
}

}  // namespace
}  // namespace cornu::kernels::CORNU_ISA
