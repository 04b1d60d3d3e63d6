#include <cornu/framework/kernels/gemm.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <xtensor-blas/xblas.hpp>

#include <cornu/framework/errors.hpp>

extern "C" void openblas_set_num_threads(int threads);

namespace cornu::kernels {

namespace {

int as_int(std::int64_t extent) {
  if (extent <= std::numeric_limits<int>::max()) return static_cast<int>(extent);
  throw ShapeError("matmul", fmt::format("matrix too large; got an extent of {}; expected less than 2^31", extent));
}

// A product's result must not depend on the number of threads, and OpenBLAS cuts the work by their number.
void use_one_thread() {
  static const bool done = (openblas_set_num_threads(1), true);
  static_cast<void>(done);
}

template <class T>
void by_blas(const Product& p, const T* a, const T* b, T* out) {
  use_one_thread();
  const int n = as_int(p.n), m = as_int(p.m), k = as_int(p.k);
  const T one = 1, beta = p.keep ? T(1) : T(0);  // of another type than T they would select a generic loop
  cxxblas::gemm<int>(cxxblas::RowMajor, p.transpose_a ? cxxblas::Trans : cxxblas::NoTrans,
                     p.transpose_b ? cxxblas::Trans : cxxblas::NoTrans, n, m, k, one, a, p.transpose_a ? n : k, b,
                     p.transpose_b ? k : m, beta, out, m);
}

// BLAS's fixed cost is higher than these products.
bool is_tiny(const Product& p) { return p.n * p.m * p.k <= 2048; }

template <class T>
void by_loops(const Product& p, const T* a, const T* b, T* out) {
  const std::int64_t row_a = p.transpose_a ? 1 : p.k, step_a = p.transpose_a ? p.n : 1;
  const std::int64_t column_b = p.transpose_b ? p.k : 1, step_b = p.transpose_b ? 1 : p.m;
  for (std::int64_t i = 0; i < p.n; ++i)
    for (std::int64_t l = 0; l < p.k; ++l) {
      const T factor = a[i * row_a + l * step_a];
      for (std::int64_t j = 0; j < p.m; ++j) out[i * p.m + j] += factor * b[l * step_b + j * column_b];
    }
}

template <class T>
void multiply(const Product& p, const T* a, const T* b, T* out) {
  if (p.n == 0 || p.m == 0) return;
  const bool tiny = p.k == 0 || is_tiny(p);
  if (!tiny) return by_blas(p, a, b, out);
  if (!p.keep) std::fill(out, out + p.n * p.m, T());
  by_loops(p, a, b, out);
}

}  // namespace

void gemm(const Product& product, const float* a, const float* b, float* out) { multiply(product, a, b, out); }
void gemm(const Product& product, const double* a, const double* b, double* out) { multiply(product, a, b, out); }

}  // namespace cornu::kernels
