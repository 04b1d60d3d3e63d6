#pragma once
// Internal: products of matrices whose right operand is packed, over a stretch of k that fits the caches.
#include <cstdint>

namespace cornu::kernels {

/// A product adds up `gemm_depth` terms in a row, each to the sum of those before, and then the sums of such blocks. So
/// an element of the result depends on its row, its column and k alone: not on the other rows and columns of the
/// product.
constexpr std::int64_t gemm_depth = 128;

/// What becomes of a product: a bias of a column each is added to its rows, and then what is negative becomes 0.
template <class T>
struct Epilogue {
  const T* bias = nullptr;
  bool relu = false;
};

/// A right operand: packed, or where it lies, rows of whole vectors `stride` elements apart.
template <class T>
struct Right {
  const T* data;
  std::int64_t stride = 0;  ///< 0: packed
};

/// T is float or double. Packed, a matrix of k rows and m columns lies in panels of up to `panel` columns, one after
/// the other, each with its k rows side by side; the last panel is filled up with zeros to whole vectors.
template <class T>
struct GemmKernels {
  std::int64_t panel;   ///< columns
  std::int64_t vector;  ///< elements
  /// From a matrix whose rows lie `stride` elements apart.
  void (*pack)(const T* matrix, std::int64_t stride, std::int64_t k, std::int64_t m, T* packed);
  /// From the transpose of such a matrix, which has m rows of k.
  void (*pack_transpose)(const T* matrix, std::int64_t stride, std::int64_t k, std::int64_t m, T* packed);
  /// out (n, m) = a (n, k) · b + keep · out, and the epilogue. Element (i, l) of `a` lies at i · row + l · column,
  /// the rows of out `stride` elements apart. k ≤ gemm_depth.
  void (*multiply)(const T* a, std::int64_t row, std::int64_t column, const Right<T>& b, std::int64_t n, std::int64_t m,
                   std::int64_t k, bool keep, const Epilogue<T>& epilogue, T* out, std::int64_t stride);
};

}  // namespace cornu::kernels
