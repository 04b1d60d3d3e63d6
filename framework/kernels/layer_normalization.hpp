#pragma once
// Internal: rows normalised to mean 0 and variance 1, and the gradient of that, each in one pass over memory.
#include <cstdint>

namespace cornu::kernels {

/// A matrix of rows in one piece, and what each row is multiplied by and raised by; null: nothing.
template <class T>
struct NormalizedRows {
  std::int64_t rows = 0, columns = 0;
  const T *x = nullptr, *gamma = nullptr, *beta = nullptr;
  T epsilon = 0;
  T *mean = nullptr, *inverse = nullptr;  ///< of each row, and 1 / √(variance + epsilon): kept for the gradient
};

/// T is float or double; there is a column.
template <class T>
struct LayerNormalizationKernels {
  /// y = gamma · (x − mean) · inverse + beta
  void (*normalize)(const NormalizedRows<T>& of, T* y);
  /// d_gamma and d_beta, whether they are wanted or not, are sums over the rows, made in T: for a block of few rows.
  void (*normalize_gradient)(const NormalizedRows<T>& of, const T* d_y, T* d_x, double* d_gamma, double* d_beta);
};

/// The longest row whose sums the gradient keeps beside it; of longer ones so many columns at once.
constexpr std::int64_t normalized_columns = 1024;

}  // namespace cornu::kernels
