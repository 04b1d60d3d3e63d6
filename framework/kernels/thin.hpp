#pragma once
// Internal: products of matrices of which one extent is 1, where a BLAS spends more time on the call than on the work.
#include <cstdint>

namespace cornu::kernels {

/// T is float or double; matrices are contiguous, n rows of m elements. With `keep` the product is added to y, without
/// it y is overwritten.
template <class T>
struct ThinKernels {
  /// y[i] = Σ_j matrix[i, j] · x[j]
  void (*by_column)(const T* matrix, const T* x, std::int64_t n, std::int64_t m, bool keep, T* y);
  /// y[j] = Σ_i x[i] · matrix[i, j]
  void (*by_row)(const T* x, const T* matrix, std::int64_t n, std::int64_t m, bool keep, T* y);
  /// y[i, j] = a[i] · b[j]
  void (*outer)(const T* a, const T* b, std::int64_t n, std::int64_t m, bool keep, T* y);
};

}  // namespace cornu::kernels
