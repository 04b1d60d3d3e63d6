#include <cornu/framework/kernels/gemm.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <xtensor-blas/xblas.hpp>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/log.hpp>
#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/blas.hpp>
#include <cornu/framework/kernels/gemm_cut.hpp>
#include <cornu/framework/kernels/gemm_kernels.hpp>
#include <cornu/framework/kernels/gemm_self_test.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/kernels/thin.hpp>

namespace cornu::kernels {

namespace {

int as_int(std::int64_t extent) {
  if (extent <= std::numeric_limits<int>::max()) return static_cast<int>(extent);
  throw ShapeError("matmul", fmt::format("matrix too large; got an extent of {}; expected less than 2^31", extent));
}

template <class T>
void by_blas(const Product& p, const T* a, std::int64_t a_stride, const T* b, T* out, std::int64_t out_stride) {
  prepare_blas();
  const int n = as_int(p.n), m = as_int(p.m), k = as_int(p.k);
  const T one = 1, beta = p.keep ? T(1) : T(0);  // of another type than T they would select a generic loop
  cxxblas::gemm<int>(cxxblas::RowMajor, p.transpose_a ? cxxblas::Trans : cxxblas::NoTrans,
                     p.transpose_b ? cxxblas::Trans : cxxblas::NoTrans, n, m, k, one, a, as_int(a_stride), b,
                     p.transpose_b ? k : m, beta, out, as_int(out_stride));
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

constexpr std::int64_t longest_stretch = 64 * gemm_depth;

// Where a thread packs.
template <class T>
struct Memory {
  alignas(64) T panels[gemm_depth * block_columns];
  alignas(64) T rows[gemm_depth * block_rows];
};
template <class T>
Memory<T>& memory() {
  thread_local const auto memory = std::make_unique_for_overwrite<Memory<T>>();
  return *memory;
}

// A left operand: element (i, l) lies at i · row + l · column.
template <class T>
struct Left {
  const T* a;
  std::int64_t row, column;
  Left at(std::int64_t i, std::int64_t l) const { return {a + i * row + l * column, row, column}; }
};

// `a`, or a copy of it: where the elements of a column lie far from those of the next, a CPU does not foresee them.
template <class T>
Left<T> side_by_side(const Left<T>& a, std::int64_t n, std::int64_t m, std::int64_t k) {
  if (a.row != 1 || a.column <= block_rows || m <= table<GemmKernels<T>>().vector) return a;
  T* const to = memory<T>().rows;
  for (std::int64_t l = 0; l < k; ++l) std::copy_n(a.a + l * a.column, n, to + l * block_rows);
  return {to, 1, block_rows};
}

template <class T>
void multiply_block(const Left<T>& a, const Right<T>& b, std::int64_t n, std::int64_t m, std::int64_t k, bool keep,
                    const Epilogue<T>& epilogue, T* out, std::int64_t stride) {
  for (std::int64_t i = 0; i < n; i += block_rows) {
    const std::int64_t rows = std::min(n - i, block_rows);
    const Left<T> left = side_by_side(a.at(i, 0), rows, m, k);
    table<GemmKernels<T>>().multiply(left.a, left.row, left.column, b, rows, m, k, keep, epilogue, out + i * stride,
                                     stride);
  }
}

// Rows l … l + k − 1 and columns j … j + m − 1, packed unless few rows of `a` meet them, or they lie as they would be
// packed: as a panel of whole vectors.
template <class T>
Right<T> right(const Product& p, const T* b, std::int64_t l, std::int64_t k, std::int64_t j, std::int64_t m) {
  constexpr std::int64_t few_rows = 48;
  const GemmKernels<T>& kernels = table<GemmKernels<T>>();
  const bool is_whole = !p.transpose_b && m % kernels.vector == 0;
  if (is_whole && (p.n <= few_rows || p.m <= kernels.panel)) return {b + l * p.m + j, p.m};
  T* const to = memory<T>().panels;
  p.transpose_b ? kernels.pack_transpose(b + j * p.k + l, p.k, k, m, to) : kernels.pack(b + l * p.m + j, p.m, k, m, to);
  return {to};
}

// A part of a product: so many rows from i and columns from j on, whose terms are added up from l to `end`.
struct Part {
  std::int64_t i, n, j, m, l, end;
};

// The bias is added to the first terms; what is negative becomes 0 after the last.
template <class T>
void multiply_part(const Product& p, const Part& part, const T* a, const T* b, bool keep, const Epilogue<T>& epilogue,
                   T* out, std::int64_t stride) {
  const Left<T> left{a, p.transpose_a ? 1 : p.k, p.transpose_a ? p.n : 1};
  for (std::int64_t l = part.l; l < part.end; l += gemm_depth, keep = true) {
    const std::int64_t k = std::min(part.end - l, gemm_depth);
    const Epilogue<T> now{l == 0 && epilogue.bias ? epilogue.bias + part.j : nullptr, l + k == p.k && epilogue.relu};
    multiply_block(left.at(part.i, l), right(p, b, l, k, part.j, part.m), part.n, part.m, k, keep, now, out, stride);
  }
}

template <class T>
void add_rows(const T* from, std::int64_t n, std::int64_t m, T* out, std::int64_t stride) {
  for (std::int64_t i = 0; i < n; ++i, from += m, out += stride)
    for (std::int64_t j = 0; j < m; ++j) out[j] += from[j];
}

// An epilogue by itself.
template <class T>
void finish_rows(const Epilogue<T>& epilogue, std::int64_t n, std::int64_t m, T* out, std::int64_t stride) {
  for (std::int64_t i = 0; i < n; ++i, out += stride) {
    if (epilogue.bias)
      for (std::int64_t j = 0; j < m; ++j) out[j] += epilogue.bias[j];
    if (epilogue.relu)
      for (std::int64_t j = 0; j < m; ++j) out[j] = out[j] < T(0) ? T(0) : out[j];
  }
}

// Long sums are added up in stretches, and these then: a running sum of too many blocks would drift.
template <class T>
void multiply_stretches(const Product& p, Part part, const T* a, const T* b, const Epilogue<T>& epilogue, T* out) {
  T* const to = out + part.i * p.m + part.j;
  part.end = std::min(p.k, longest_stretch);
  multiply_part(p, part, a, b, p.keep, epilogue, to, p.m);
  if (p.k <= longest_stretch) return;
  thread_local const auto sums = std::make_unique_for_overwrite<T[]>(block_elements);
  while (part.end < p.k) {
    part.l = part.end;
    part.end = std::min(p.k, part.l + longest_stretch);
    multiply_part(p, part, a, b, false, {}, sums.get(), part.m);
    add_rows(sums.get(), part.n, part.m, to, p.m);
  }
  finish_rows({nullptr, epilogue.relu}, part.n, part.m, to, p.m);
}

template <class T>
void by_own_kernels(const Product& p, const T* a, const T* b, const Epilogue<T>& epilogue, T* out) {
  const Cut pieces = cut(p);
  cornu::detail::parallel_for(pieces.count, 1, [&](std::int64_t piece, std::int64_t end) {
    for (; piece < end; ++piece) {
      const std::int64_t i = piece / pieces.across * pieces.rows, j = piece % pieces.across * pieces.columns;
      multiply_stretches(p, {i, std::min(p.n - i, pieces.rows), j, std::min(p.m - j, pieces.columns), 0, 0}, a, b,
                         epilogue, out);
    }
  });
}

// Whether few columns meet many rows that lie as columns: the transpose of the result has long rows then.
template <class T>
bool is_better_swapped(const Product& p, const Epilogue<T>& epilogue) {
  return p.transpose_a && !p.transpose_b && p.m <= table<GemmKernels<T>>().vector && p.n >= 8 * p.m && !p.keep &&
         !epilogue.bias && p.n * p.m <= block_elements;
}

// outᵀ = bᵀ · a, of the same bits
template <class T>
void by_own_kernels_swapped(const Product& p, const T* a, const T* b, const Epilogue<T>& epilogue, T* out) {
  const Product swapped{.transpose_a = true, .n = p.m, .m = p.n, .k = p.k};
  thread_local const auto columns = std::make_unique_for_overwrite<T[]>(block_elements);
  T* const from = columns.get();
  by_own_kernels(swapped, b, a, {nullptr, epilogue.relu}, from);
  for (std::int64_t i = 0; i < p.n; ++i, out += p.m)
    for (std::int64_t j = 0; j < p.m; ++j) out[j] = from[j * p.n + i];
}

template <class T>
void multiply(const Product& p, const T* a, const T* b, const Epilogue<T>& epilogue, T* out) {
  if (p.n == 0 || p.m == 0) return;
  if (p.k > 0 && p.n > 1 && p.m > 1 && p.k > 1 && product_kernels() == ProductKernels::own)
    return is_better_swapped(p, epilogue) ? by_own_kernels_swapped(p, a, b, epilogue, out)
                                          : by_own_kernels(p, a, b, epilogue, out);
  if (p.k == 0 && !p.keep) std::fill(out, out + p.n * p.m, T());
  if (p.k > 0 && !by_thin_kernels(p, a, b, out)) by_blas(p, a, p.transpose_a ? p.n : p.k, b, out, p.m);
  finish_rows(epilogue, p.n, p.m, out, p.m);
}

template <class T>
bool are_right() {
  return passes_self_test<T>(
      [](const Product& p, const T* a, const T* b, T* out) { by_own_kernels<T>(p, a, b, {}, out); });
}

ProductKernels choose() {
  if (chosen_build() == Build::baseline) return ProductKernels::openblas;
  if (are_right<float>() && are_right<double>()) return ProductKernels::own;
  log("[matmul] the kernels for this CPU gave wrong products in a test; OpenBLAS takes their place");
  return ProductKernels::openblas;
}

}  // namespace

ProductKernels product_kernels() {
  static const ProductKernels chosen = choose();
  return chosen;
}

void gemm(const Product& product, const float* a, const float* b, float* out, const Epilogue<float>& epilogue) {
  multiply(product, a, b, epilogue, out);
}
void gemm(const Product& product, const double* a, const double* b, double* out, const Epilogue<double>& epilogue) {
  multiply(product, a, b, epilogue, out);
}

template <class T>
std::int64_t PackedMatrix<T>::size(std::int64_t k, std::int64_t m) {
  const std::int64_t vector = table<GemmKernels<T>>().vector;
  return k * ((m + vector - 1) / vector * vector);
}

template <class T>
PackedMatrix<T>::PackedMatrix(const T* matrix, bool transpose, std::int64_t k, std::int64_t m, T* memory)
    : k_(k), m_(m), memory_(memory) {
  if (product_kernels() == ProductKernels::openblas) {
    for (std::int64_t l = 0; l < k; ++l)
      for (std::int64_t j = 0; j < m; ++j) memory[l * m + j] = transpose ? matrix[j * k + l] : matrix[l * m + j];
    return;
  }
  const GemmKernels<T>& kernels = table<GemmKernels<T>>();
  for (std::int64_t l = 0; l < k; l += gemm_depth, memory += size(gemm_depth, m)) {
    const std::int64_t depth = std::min(k - l, gemm_depth);
    transpose ? kernels.pack_transpose(matrix + l, k, depth, m, memory)
              : kernels.pack(matrix + l * m, m, depth, m, memory);
  }
}

template <class T>
void PackedMatrix<T>::multiply(const Rows<const T>& a, std::int64_t n, bool keep, const T* bias,
                               const Rows<T>& out) const {
  if (n == 0 || m_ == 0) return;
  if (k_ > 0 && product_kernels() == ProductKernels::own) {
    const T* panels = memory_;
    for (std::int64_t l = 0; l < k_; l += gemm_depth, panels += size(gemm_depth, m_))
      multiply_block({a.data + l, a.stride, 1}, Right<T>{panels}, n, m_, std::min(k_ - l, gemm_depth), keep || l > 0,
                     {l == 0 ? bias : nullptr, false}, out.data, out.stride);
    return;
  }
  if (k_ > 0)
    by_blas({.n = n, .m = m_, .k = k_, .keep = keep}, a.data, a.stride, memory_, out.data, out.stride);
  else if (!keep)
    for (std::int64_t i = 0; i < n; ++i) std::fill_n(out.data + i * out.stride, m_, T());
  finish_rows({bias, false}, n, m_, out.data, out.stride);
}

template class PackedMatrix<float>;
template class PackedMatrix<double>;

}  // namespace cornu::kernels
