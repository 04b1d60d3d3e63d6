#pragma once
// Internal: matrix products of contiguous row-major matrices.
#include <cstdint>

namespace cornu::kernels {

/// out (n, m) = a (n, k) · b (k, m) + keep · out, where `a` lies as (k, n) when transpose_a, `b` as (m, k) when
/// transpose_b. Runs on the calling thread. Which of two ways it takes follows from n, m and k alone.
struct Product {
  bool transpose_a = false, transpose_b = false;
  std::int64_t n = 0, m = 0, k = 0;
  bool keep = false;
};
void gemm(const Product& product, const float* a, const float* b, float* out);
void gemm(const Product& product, const double* a, const double* b, double* out);

}  // namespace cornu::kernels
