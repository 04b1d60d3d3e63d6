#pragma once
// Internal: the gradient of relu, along with the sums over the rows that a bias wants.
#include <cstdint>

namespace cornu::kernels {

/// T is float or double. Matrices lie in one piece.
template <class T>
struct ReluRowsKernels {
  /// d_x = d_y where y > 0, and sums[j] = Σ_i d_x[i, j], made in T: for a block of few rows.
  void (*relu_gradient)(const T* d_y, const T* y, std::int64_t rows, std::int64_t columns, T* d_x, double* sums);
};

}  // namespace cornu::kernels
