#include <cornu/framework/kernels/reduce.hpp>

#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/modular.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

struct Add {
  template <class T>
  static T of(T a, T b) {
    return static_cast<T>(modular(a) + modular(b));
  }
};
struct Multiply {
  template <class T>
  static T of(T a, T b) {
    return static_cast<T>(modular(a) * modular(b));
  }
};
struct Larger {
  template <class T>
  static T of(T a, T b) {
    const T taken = a > b ? a : b;  // b where one of them is NaN
    return a != a ? a : taken;
  }
};
struct Smaller {
  template <class T>
  static T of(T a, T b) {
    const T taken = a < b ? a : b;  // b where one of them is NaN
    return a != a ? a : taken;
  }
};

constexpr int tile = 256;  // columns reduced together

// y[j] = F over the rows i of x[i · stride + j], for `fixed` columns, or up to a tile of them when it is 0.
template <class F, class T, int fixed>
void fold_rows(const T* x, std::int64_t stride, std::int64_t n, std::int64_t columns, T* __restrict y) {
  const std::int64_t width = fixed ? fixed : columns;
  T folded[fixed ? fixed : tile];
  for (std::int64_t j = 0; j < width; ++j) folded[j] = x[j];
  std::int64_t i = 1;
  for (; i + 4 <= n; i += 4) {
    const T *a = x + i * stride, *b = a + stride, *c = b + stride, *d = c + stride;
    for (std::int64_t j = 0; j < width; ++j) folded[j] = F::of(folded[j], F::of(F::of(a[j], b[j]), F::of(c[j], d[j])));
  }
  for (; i < n; ++i)
    for (std::int64_t j = 0; j < width; ++j) folded[j] = F::of(folded[j], x[i * stride + j]);
  for (std::int64_t j = 0; j < width; ++j) y[j] = folded[j];
}

template <class F, class T, int fixed>
void fold_rows_pairwise(const T* x, std::int64_t stride, std::int64_t n, std::int64_t columns, T* __restrict y) {
  if (n <= rows_in_turn) return fold_rows<F, T, fixed>(x, stride, n, columns, y);
  const std::int64_t half = n / 2, width = fixed ? fixed : columns;
  T second[fixed ? fixed : tile];
  fold_rows_pairwise<F, T, fixed>(x, stride, half, columns, y);
  fold_rows_pairwise<F, T, fixed>(x + half * stride, stride, n - half, columns, second);
  for (std::int64_t j = 0; j < width; ++j) y[j] = F::of(y[j], second[j]);
}

template <class F, class T, int fixed>
void fold_each(const T* x, const Span3& span, T* y) {
  for (std::int64_t i = 0; i < span.outer; ++i, x += span.n * span.inner)
    for (std::int64_t j = 0; j < span.inner; j += tile, y += fixed ? fixed : tile) {
      const std::int64_t columns = span.inner - j < tile ? span.inner - j : tile;
      fold_rows_pairwise<F, T, fixed>(x + j, span.inner, span.n, columns, y);
      if (columns < tile && !fixed) y += columns - tile;
    }
}

// A run as rows of 32 lanes, and what is left of it.
template <class F, class T>
T fold_run(const T* x, std::int64_t n) {
  constexpr int lanes = run_lanes;
  const std::int64_t rows = n / lanes;
  if (rows == 0) {
    T folded = x[0];
    for (std::int64_t i = 1; i < n; ++i) folded = F::of(folded, x[i]);
    return folded;
  }
  T lane[lanes];
  fold_rows_pairwise<F, T, lanes>(x, lanes, rows, lanes, lane);
  for (int width = lanes / 2; width > 0; width /= 2)
    for (int k = 0; k < width; ++k) lane[k] = F::of(lane[k], lane[k + width]);
  for (std::int64_t i = rows * lanes; i < n; ++i) lane[0] = F::of(lane[0], x[i]);
  return lane[0];
}

template <class F, class T>
void reduce(const T* x, const Span3& span, T* y) {
  if (span.inner == 16) return fold_each<F, T, 16>(x, span, y);
  if (span.inner == 32) return fold_each<F, T, 32>(x, span, y);
  if (span.inner == 64) return fold_each<F, T, 64>(x, span, y);
  if (span.inner > 1) return fold_each<F, T, 0>(x, span, y);
  for (std::int64_t i = 0; i < span.outer; ++i) y[i] = fold_run<F>(x + i * span.n, span.n);
}

}  // namespace

template <class T>
struct Filled<ReductionKernels<T>> {
  static constexpr ReductionKernels<T> kernels{
      .sum = reduce<Add, T>,
      .prod = reduce<Multiply, T>,
      .max = reduce<Larger, T>,
      .min = reduce<Smaller, T>,
  };
};

template const ReductionKernels<float>& kernels();
template const ReductionKernels<double>& kernels();
template const ReductionKernels<std::int32_t>& kernels();
template const ReductionKernels<std::int64_t>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
