#include <cornu/framework/kernels/gemm.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <xtensor-blas/xblas.hpp>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/kernels/blas.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/kernels/thin.hpp>

namespace cornu::kernels {

namespace {

int as_int(std::int64_t extent) {
  if (extent <= std::numeric_limits<int>::max()) return static_cast<int>(extent);
  throw ShapeError("matmul", fmt::format("matrix too large; got an extent of {}; expected less than 2^31", extent));
}

template <class T>
void by_blas(const Product& p, const T* a, const T* b, T* out) {
  prepare_blas();
  const int n = as_int(p.n), m = as_int(p.m), k = as_int(p.k);
  const T one = 1, beta = p.keep ? T(1) : T(0);  // of another type than T they would select a generic loop
  cxxblas::gemm<int>(cxxblas::RowMajor, p.transpose_a ? cxxblas::Trans : cxxblas::NoTrans,
                     p.transpose_b ? cxxblas::Trans : cxxblas::NoTrans, n, m, k, one, a, p.transpose_a ? n : k, b,
                     p.transpose_b ? k : m, beta, out, m);
}

// One extent is 1: a product of a matrix with a vector, or of two vectors.
template <class T>
bool by_thin_kernels(const Product& p, const T* a, const T* b, T* out) {
  const ThinKernels<T>& thin = table<ThinKernels<T>>();
  if (p.k == 1) {
    thin.outer(a, b, p.n, p.m, p.keep, out);
  } else if (p.m == 1) {
    p.transpose_a ? thin.by_row(b, a, p.k, p.n, p.keep, out) : thin.by_column(a, b, p.n, p.k, p.keep, out);
  } else if (p.n == 1) {
    p.transpose_b ? thin.by_column(b, a, p.m, p.k, p.keep, out) : thin.by_row(a, b, p.k, p.m, p.keep, out);
  } else {
    return false;
  }
  return true;
}

template <class T>
void multiply(const Product& p, const T* a, const T* b, T* out) {
  if (p.k == 0 && !p.keep) std::fill(out, out + p.n * p.m, T());
  if (p.n == 0 || p.m == 0 || p.k == 0) return;
  if (!by_thin_kernels(p, a, b, out)) by_blas(p, a, b, out);
}

}  // namespace

void gemm(const Product& product, const float* a, const float* b, float* out) { multiply(product, a, b, out); }
void gemm(const Product& product, const double* a, const double* b, double* out) { multiply(product, a, b, out); }

}  // namespace cornu::kernels
