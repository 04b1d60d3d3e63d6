#include <cornu/framework/kernels/softmax.hpp>

#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/lanes.hpp>
#include <cornu/framework/kernels/simd/math.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

// y = e^(x − max x) and its sum.
template <class T>
T exponentials(const T* x, T* y, std::int64_t columns) {
  const T largest = row_max(x, columns);
  for (std::int64_t j = 0; j < columns; ++j) y[j] = ExpBelow::of(x[j] - largest);
  return row_sum(y, columns);
}

template <class T>
void softmax(const T* x, T* y, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows; ++i, x += columns, y += columns) {
    const T scale = T(1) / exponentials(x, y, columns);
    for (std::int64_t j = 0; j < columns; ++j) y[j] *= scale;
  }
}

template <class T>
void log_softmax(const T* x, T* y, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows; ++i, x += columns, y += columns) {
    const T largest = row_max(x, columns), log_sum = Log::of(exponentials(x, y, columns));
    for (std::int64_t j = 0; j < columns; ++j) y[j] = x[j] - largest - log_sum;
  }
}

// d_x = y · (d_y − Σ d_y · y)
template <class T>
void softmax_gradient(const T* d_y, const T* y, T* d_x, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows; ++i, d_y += columns, y += columns, d_x += columns) {
    const T projection = row_dot(d_y, y, columns);
    for (std::int64_t j = 0; j < columns; ++j) d_x[j] = y[j] * (d_y[j] - projection);
  }
}

// d_x = d_y − e^y · Σ d_y
template <class T>
void log_softmax_gradient(const T* d_y, const T* y, T* d_x, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows; ++i, d_y += columns, y += columns, d_x += columns) {
    const T total = row_sum(d_y, columns);
    for (std::int64_t j = 0; j < columns; ++j) d_x[j] = fused(-Exp::of(y[j]), total, d_y[j]);
  }
}

}  // namespace

template <class T>
struct Filled<SoftmaxKernels<T>> {
  static constexpr SoftmaxKernels<T> kernels{
      .softmax = softmax<T>,
      .log_softmax = log_softmax<T>,
      .softmax_gradient = softmax_gradient<T>,
      .log_softmax_gradient = log_softmax_gradient<T>,
  };
};

template const SoftmaxKernels<float>& kernels();
template const SoftmaxKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
