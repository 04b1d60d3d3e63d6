#include <cornu/framework/kernels/relu_rows.hpp>

#include <cornu/framework/kernels/simd/filled.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

constexpr std::int64_t tile = 1024;  // columns summed together

template <class T>
void row_gradient(const T* __restrict d_y, const T* __restrict y, std::int64_t size, T* __restrict d_x,
                  T* __restrict sums) {
  for (std::int64_t j = 0; j < size; ++j) {
    const T d = y[j] > T(0) ? d_y[j] : T(0);
    d_x[j] = d;
    sums[j] += d;
  }
}

// Rows that lie `stride` elements apart.
template <class T>
void tile_gradient(const T* d_y, const T* y, std::int64_t rows, std::int64_t stride, std::int64_t size, T* d_x,
                   double* sums) {
  T partial[tile];
  for (std::int64_t j = 0; j < size; ++j) partial[j] = T(0);
  for (std::int64_t i = 0, at = 0; i < rows; ++i, at += stride) row_gradient(d_y + at, y + at, size, d_x + at, partial);
  for (std::int64_t j = 0; j < size; ++j) sums[j] = static_cast<double>(partial[j]);
}

template <class T>
void relu_gradient(const T* d_y, const T* y, std::int64_t rows, std::int64_t columns, T* d_x, double* sums) {
  for (std::int64_t j = 0; j < columns; j += tile)
    tile_gradient(d_y + j, y + j, rows, columns, columns - j < tile ? columns - j : tile, d_x + j, sums + j);
}

}  // namespace

template <class T>
struct Filled<ReluRowsKernels<T>> {
  static constexpr ReluRowsKernels<T> kernels{.relu_gradient = relu_gradient<T>};
};

template const ReluRowsKernels<float>& kernels();
template const ReluRowsKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
