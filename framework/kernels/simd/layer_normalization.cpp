#include <cornu/framework/kernels/layer_normalization.hpp>

#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/lanes.hpp>
#include <cornu/framework/kernels/simd/math.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

template <class T>
T squared_deviations(const T* x, T mean, std::int64_t size) {
  return fold<Plus>(T(0), size, [x, mean](std::int64_t j) {
    const T centred = x[j] - mean;
    return centred * centred;
  });
}

template <class T>
void scale_and_shift(const T* x, T mean, T inverse, const T* gamma, const T* beta, std::int64_t size, T* __restrict y) {
  if (gamma && beta)
    for (std::int64_t j = 0; j < size; ++j) y[j] = fused(x[j] - mean, inverse * gamma[j], beta[j]);
  else
    for (std::int64_t j = 0; j < size; ++j)
      y[j] = fused(x[j] - mean, gamma ? inverse * gamma[j] : inverse, beta ? beta[j] : T(0));
}

template <class T>
void normalize(const NormalizedRows<T>& of, T* y) {
  const std::int64_t size = of.columns;
  const T* x = of.x;
  for (std::int64_t i = 0; i < of.rows; ++i, x += size, y += size) {
    const T mean = row_sum(x, size) / static_cast<T>(size);
    const T variance = squared_deviations(x, mean, size) / static_cast<T>(size);
    const T inverse = T(1) / Sqrt::of(variance + of.epsilon);
    of.mean[i] = mean;
    of.inverse[i] = inverse;
    scale_and_shift(x, mean, inverse, of.gamma, of.beta, size, y);
  }
}

// With g = d_y · gamma and z = (x − mean) · inverse: d_x = inverse · (g − mean of g − z · mean of g · z)
template <class T>
void row_gradient(const T* d_y, const T* gamma, const T* x, T mean, T inverse, std::int64_t size, T* __restrict d_x) {
  for (std::int64_t j = 0; j < size; ++j) d_x[j] = gamma ? d_y[j] * gamma[j] : d_y[j];
  const T share = T(1) / static_cast<T>(size), level = row_sum(d_x, size) * share;
  const T slope =
      fold<Plus>(T(0), size, [d_x, x, mean](std::int64_t j) { return d_x[j] * (x[j] - mean); }) * inverse * share;
  for (std::int64_t j = 0; j < size; ++j) d_x[j] = inverse * fused((mean - x[j]) * inverse, slope, d_x[j] - level);
}

// Sums over the rows.
template <class T>
struct ColumnSums {
  T gamma[normalized_columns], beta[normalized_columns];

  void clear(std::int64_t size) {
    for (std::int64_t j = 0; j < size; ++j) gamma[j] = beta[j] = T(0);
  }
  void add_row(const T* d_y, const T* x, T mean, T inverse, std::int64_t size) {
    for (std::int64_t j = 0; j < size; ++j) {
      gamma[j] = fused(d_y[j], (x[j] - mean) * inverse, gamma[j]);
      beta[j] += d_y[j];
    }
  }
  void write(double* d_gamma, double* d_beta, std::int64_t size) const {
    for (std::int64_t j = 0; j < size; ++j) {
      d_gamma[j] = static_cast<double>(gamma[j]);
      d_beta[j] = static_cast<double>(beta[j]);
    }
  }
};

// Those of some columns.
template <class T>
void sum_columns(const NormalizedRows<T>& of, const T* d_y, std::int64_t first, double* d_gamma, double* d_beta) {
  const std::int64_t size = of.columns - first < normalized_columns ? of.columns - first : normalized_columns;
  ColumnSums<T> sums;
  sums.clear(size);
  for (std::int64_t i = 0, at = first; i < of.rows; ++i, at += of.columns)
    sums.add_row(d_y + at, of.x + at, of.mean[i], of.inverse[i], size);
  sums.write(d_gamma + first, d_beta + first, size);
}

template <class T>
void normalize_gradient(const NormalizedRows<T>& of, const T* d_y, T* d_x, double* d_gamma, double* d_beta) {
  for (std::int64_t i = 0, at = 0; i < of.rows; ++i, at += of.columns)
    row_gradient(d_y + at, of.gamma, of.x + at, of.mean[i], of.inverse[i], of.columns, d_x + at);
  for (std::int64_t j = 0; j < of.columns; j += normalized_columns) sum_columns(of, d_y, j, d_gamma, d_beta);
}

}  // namespace

template <class T>
struct Filled<LayerNormalizationKernels<T>> {
  static constexpr LayerNormalizationKernels<T> kernels{
      .normalize = normalize<T>,
      .normalize_gradient = normalize_gradient<T>,
  };
};

template const LayerNormalizationKernels<float>& kernels();
template const LayerNormalizationKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
