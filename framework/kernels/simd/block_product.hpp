#pragma once
// Internal: products of small matrices that lie in the nearest cache, padded so that nothing is left over: rows to
// whole blocks of 8, columns to whole vectors. An element is the sum of its products one after the other.
#include <cornu/framework/kernels/simd/vectors.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

constexpr int block_rows = vector_bytes == 64 ? 8 : 4;  // two vectors of each are summed in registers

/// A left operand whose element (i, l) is data[i · row + l · step]. `row` is known when compiling: an address then
/// serves for all rows of a block.
template <int row, class T>
struct Left {
  const T* data;
  std::int64_t step;
};

/// Rows that lie `stride` elements apart.
template <class T>
struct Rows {
  T* data;
  std::int64_t stride;
};

/// What a product does with what its result holds.
enum class Result { set, added };

template <Result mode, int vectors, int row, class T>
inline void product_block(const Left<row, T>& a, const Rows<const T>& b, std::int64_t k, const Rows<T>& c) {
  constexpr int lanes = vector_lanes<T>;
  Vector<T> sum[block_rows][vectors] = {};
  for (int i = 0; mode == Result::added && i < block_rows; ++i)
    for (int v = 0; v < vectors; ++v) sum[i][v] = load(c.data + i * c.stride + v * lanes);
  const T *left = a.data, *right = b.data;
  for (std::int64_t l = 0; l < k; ++l, left += a.step, right += b.stride) {
    Vector<T> part[vectors];
    for (int v = 0; v < vectors; ++v) part[v] = load(right + v * lanes);
    for (int i = 0; i < block_rows; ++i)
      for (int v = 0; v < vectors; ++v) sum[i][v] += left[i * row] * part[v];
  }
  for (int i = 0; i < block_rows; ++i)
    for (int v = 0; v < vectors; ++v) store<T>(sum[i][v], c.data + i * c.stride + v * lanes);
}

template <Result mode, int vectors, int row, class T>
void product_columns(const Left<row, T>& a, const Rows<const T>& b, std::int64_t rows, std::int64_t k,
                     const Rows<T>& c) {
  for (std::int64_t i = 0; i < rows; i += block_rows)
    product_block<mode, vectors, row, T>({a.data + i * row, a.step}, b, k, {c.data + i * c.stride, c.stride});
}

/// c (rows, columns) = a (rows, k) · b (k, columns), or += it
template <Result mode, int row, class T>
void product(const Left<row, T>& a, const Rows<const T>& b, std::int64_t rows, std::int64_t columns, std::int64_t k,
             const Rows<T>& c) {
  constexpr std::int64_t lanes = vector_lanes<T>;
  std::int64_t j = 0;
  for (; j + 2 * lanes <= columns; j += 2 * lanes)
    product_columns<mode, 2, row, T>(a, {b.data + j, b.stride}, rows, k, {c.data + j, c.stride});
  for (; j < columns; j += lanes)
    product_columns<mode, 1, row, T>(a, {b.data + j, b.stride}, rows, k, {c.data + j, c.stride});
}

}  // namespace
}  // namespace cornu::kernels::CORNU_ISA
