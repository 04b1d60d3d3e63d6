#pragma once
// Internal: softmax over the rows of a matrix that lies in one piece.
#include <cstdint>

namespace cornu::kernels {

/// T is float or double. Rows are `columns` long.
template <class T>
struct SoftmaxKernels {
  void (*softmax)(const T* x, T* y, std::int64_t rows, std::int64_t columns);
  void (*log_softmax)(const T* x, T* y, std::int64_t rows, std::int64_t columns);
  void (*softmax_gradient)(const T* d_y, const T* y, T* d_x, std::int64_t rows, std::int64_t columns);
  void (*log_softmax_gradient)(const T* d_y, const T* y, T* d_x, std::int64_t rows, std::int64_t columns);
};

}  // namespace cornu::kernels
