#pragma once
// Internal: matrix products of contiguous row-major matrices.
#include <cstdint>

#include <cornu/framework/kernels/gemm_kernels.hpp>

namespace cornu::kernels {

/// out (n, m) = a (n, k) · b (k, m) + keep · out, where `a` lies as (k, n) when transpose_a, `b` as (m, k) when
/// transpose_b; and then the epilogue. Large products run on several threads. Which way one takes follows from n, m and k alone,
/// see `product_kernels`.
struct Product {
  bool transpose_a = false, transpose_b = false;
  std::int64_t n = 0, m = 0, k = 0;
  bool keep = false;
};
void gemm(const Product& product, const float* a, const float* b, float* out, const Epilogue<float>& epilogue = {});
void gemm(const Product& product, const double* a, const double* b, double* out, const Epilogue<double>& epilogue = {});

/// How matrices are multiplied: by kernels of our own on CPUs with AVX2 or AVX-512, by OpenBLAS on others. Our own are
/// tried once on a few products; if they are wrong, a line in the log says so, and OpenBLAS takes their place.
enum class ProductKernels { own, openblas };
ProductKernels product_kernels();

/// A right operand that is used in many products, laid out once for all of them. T is float or double.
template <class T>
class PackedMatrix {
 public:
  /// How many elements of T `memory` must have.
  static std::int64_t size(std::int64_t k, std::int64_t m);
  /// `matrix` lies as (k, m), or as (m, k) when it is to be transposed. `memory` must outlive this.
  PackedMatrix(const T* matrix, bool transpose, std::int64_t k, std::int64_t m, T* memory);

  /// Rows that lie `stride` elements apart.
  template <class E>
  struct Rows {
    E* data;
    std::int64_t stride;
  };
  /// out (n, m) = a (n, k) · this + keep · out + bias; without a bias null.
  void multiply(const Rows<const T>& a, std::int64_t n, bool keep, const T* bias, const Rows<T>& out) const;

 private:
  std::int64_t k_, m_;
  const T* memory_;
};

}  // namespace cornu::kernels
