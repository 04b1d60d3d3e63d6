#include <cornu/framework/kernels/thin.hpp>

#include <cornu/framework/kernels/simd/dots.hpp>
#include <cornu/framework/kernels/simd/filled.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

template <class T>
void by_column(const T* matrix, const T* x, std::int64_t n, std::int64_t m, bool keep, T* y) {
  for (std::int64_t i = 0; i < n; ++i) {
    const T product = dot(matrix + i * m, x, m);
    y[i] = keep ? y[i] + product : product;
  }
}

// y[j] += Σ_i x[i] · matrix[i, j]
template <class T>
void add_by_row(const T* x, const T* matrix, std::int64_t n, std::int64_t m, std::int64_t stride, T* __restrict y) {
  std::int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const T *a = matrix + i * stride, *b = a + stride, *c = b + stride, *d = c + stride;
    for (std::int64_t j = 0; j < m; ++j) y[j] += (x[i] * a[j] + x[i + 1] * b[j]) + (x[i + 2] * c[j] + x[i + 3] * d[j]);
  }
  for (; i < n; ++i)
    for (std::int64_t j = 0; j < m; ++j) y[j] += x[i] * matrix[i * stride + j];
}

constexpr std::int64_t longest_sum = 1024;  // products of more rows are summed in parts, those as doubles
constexpr std::int64_t part_rows = 64;
constexpr std::int64_t tile = 256;  // columns whose parts are summed at a time

template <class T>
void add_in_parts(const T* x, const T* matrix, std::int64_t n, std::int64_t m, T* __restrict y) {
  for (std::int64_t j = 0; j < m; j += tile) {
    const std::int64_t columns = m - j < tile ? m - j : tile;
    double sums[tile] = {};
    for (std::int64_t i = 0; i < n; i += part_rows) {
      T part[tile] = {};
      add_by_row(x + i, matrix + i * m + j, n - i < part_rows ? n - i : part_rows, columns, m, part);
      for (std::int64_t k = 0; k < columns; ++k) sums[k] += static_cast<double>(part[k]);
    }
    for (std::int64_t k = 0; k < columns; ++k) y[j + k] = static_cast<T>(static_cast<double>(y[j + k]) + sums[k]);
  }
}

template <class T>
void by_row(const T* x, const T* matrix, std::int64_t n, std::int64_t m, bool keep, T* __restrict y) {
  if (!keep)
    for (std::int64_t j = 0; j < m; ++j) y[j] = 0;
  n <= longest_sum ? add_by_row(x, matrix, n, m, m, y) : add_in_parts(x, matrix, n, m, y);
}

template <class T>
void outer(const T* a, const T* b, std::int64_t n, std::int64_t m, bool keep, T* __restrict y) {
  for (std::int64_t i = 0; i < n; ++i, y += m) {
    const T factor = a[i];
    if (keep)
      for (std::int64_t j = 0; j < m; ++j) y[j] += factor * b[j];
    else
      for (std::int64_t j = 0; j < m; ++j) y[j] = factor * b[j];
  }
}

}  // namespace

template <class T>
struct Filled<ThinKernels<T>> {
  static constexpr ThinKernels<T> kernels{.by_column = by_column<T>, .by_row = by_row<T>, .outer = outer<T>};
};

template const ThinKernels<float>& kernels();
template const ThinKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
