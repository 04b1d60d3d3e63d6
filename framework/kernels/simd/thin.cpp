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

template <class T>
void by_row(const T* x, const T* matrix, std::int64_t n, std::int64_t m, bool keep, T* __restrict y) {
  if (!keep)
    for (std::int64_t j = 0; j < m; ++j) y[j] = 0;
  std::int64_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const T *a = matrix + i * m, *b = a + m, *c = b + m, *d = c + m;
    for (std::int64_t j = 0; j < m; ++j) y[j] += (x[i] * a[j] + x[i + 1] * b[j]) + (x[i + 2] * c[j] + x[i + 3] * d[j]);
  }
  for (; i < n; ++i)
    for (std::int64_t j = 0; j < m; ++j) y[j] += x[i] * matrix[i * m + j];
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
