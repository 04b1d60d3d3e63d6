#include <cornu/framework/kernels/reduce.hpp>

#include <algorithm>
#include <array>

namespace cornu::kernels {

namespace {

constexpr std::int64_t tile = 256;  // columns reduced together
constexpr std::int64_t block = 128;

struct Add {
  template <class T>
  T operator()(T a, T b) const {
    return a + b;
  }
};
struct Multiply {
  template <class T>
  T operator()(T a, T b) const {
    return a * b;
  }
};
struct Larger {
  template <class T>
  T operator()(T a, T b) const {
    return b > a || b != b ? b : a;
  }
};
struct Smaller {
  template <class T>
  T operator()(T a, T b) const {
    return b < a || b != b ? b : a;
  }
};

// The run's reduction, pairwise above a block; n ≥ 1. Within a block 16 lanes side by side.
template <class F, class T>
T reduce_run(F f, const T* x, std::int64_t n) {
  constexpr std::int64_t lanes = 16;
  if (n > block * lanes) {
    const std::int64_t half = n / 2 / lanes * lanes;
    return f(reduce_run(f, x, half), reduce_run(f, x + half, n - half));
  }
  if (n < lanes) {
    T result = x[0];
    for (std::int64_t i = 1; i < n; ++i) result = f(result, x[i]);
    return result;
  }
  std::array<T, lanes> part;
  std::copy(x, x + lanes, part.begin());
  std::int64_t i = lanes;
  for (; i + lanes <= n; i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) part[lane] = f(part[lane], x[i + static_cast<std::int64_t>(lane)]);
  for (std::size_t lane = 0; i < n; ++i, ++lane) part[lane] = f(part[lane], x[i]);
  for (std::size_t width = lanes / 2; width > 0; width /= 2)
    for (std::size_t lane = 0; lane < width; ++lane) part[lane] = f(part[lane], part[lane + width]);
  return part[0];
}

// out[j] = f over i of x[i · stride + j], for width ≤ tile columns; n ≥ 1.
template <class F, class T>
void reduce_columns(F f, const T* x, std::int64_t stride, std::int64_t n, std::int64_t width, T* __restrict out) {
  if (n > block) {
    std::array<T, tile> second;
    reduce_columns(f, x, stride, n / 2, width, out);
    reduce_columns(f, x + n / 2 * stride, stride, n - n / 2, width, second.data());
    for (std::int64_t j = 0; j < width; ++j) out[j] = f(out[j], second[static_cast<std::size_t>(j)]);
    return;
  }
  std::copy(x, x + width, out);
  std::int64_t i = 1;
  for (; i + 4 <= n; i += 4) {
    const T *a = x + i * stride, *b = a + stride, *c = b + stride, *d = c + stride;
    for (std::int64_t j = 0; j < width; ++j) out[j] = f(out[j], f(f(a[j], b[j]), f(c[j], d[j])));
  }
  for (; i < n; ++i)
    for (std::int64_t j = 0; j < width; ++j) out[j] = f(out[j], x[i * stride + j]);
}

template <class F, class T>
void reduce_by(F f, T identity, const T* x, const Span3& span, T* out) {
  if (span.n == 0) return std::fill(out, out + span.outer * span.inner, identity), void();
  for (std::int64_t i = 0; i < span.outer; ++i, x += span.n * span.inner, out += span.inner) {
    if (span.inner == 1) {
      *out = reduce_run(f, x, span.n);
      continue;
    }
    for (std::int64_t j = 0; j < span.inner; j += tile)
      reduce_columns(f, x + j, span.inner, span.n, std::min(tile, span.inner - j), out + j);
  }
}

template <class F>
void reduce_flags(F f, bool identity, const bool* x, const Span3& span, bool* out) {
  std::fill(out, out + span.outer * span.inner, identity);
  for (std::int64_t i = 0; i < span.outer; ++i, out += span.inner)
    for (std::int64_t k = 0; k < span.n; ++k, x += span.inner)
      for (std::int64_t j = 0; j < span.inner; ++j) out[j] = f(out[j], x[j]);
}

template <class T>
bool goes_before(bool largest, T candidate, T best) {
  if (best != best) return false;
  return candidate != candidate || (largest ? candidate > best : candidate < best);
}

}  // namespace

template <class T>
void reduce(Reduction kind, const T* x, const Span3& span, T* out) {
  switch (kind) {
    case Reduction::sum:
      return reduce_by(Add(), T(0), x, span, out);
    case Reduction::prod:
      return reduce_by(Multiply(), T(1), x, span, out);
    case Reduction::max:
      return reduce_by(Larger(), T(0), x, span, out);
    case Reduction::min:
      return reduce_by(Smaller(), T(0), x, span, out);
  }
}

void reduce_any(const bool* x, const Span3& span, bool* out) {
  reduce_flags([](bool a, bool b) { return a || b; }, false, x, span, out);
}
void reduce_all(const bool* x, const Span3& span, bool* out) {
  reduce_flags([](bool a, bool b) { return a && b; }, true, x, span, out);
}

template <class T>
void arg_reduce(bool largest, const T* x, const Span3& span, std::int32_t* out) {
  for (std::int64_t i = 0; i < span.outer; ++i, x += span.n * span.inner)
    for (std::int64_t j = 0; j < span.inner; ++j) {
      std::int64_t best = 0;
      for (std::int64_t k = 1; k < span.n; ++k)
        if (goes_before(largest, x[k * span.inner + j], x[best * span.inner + j])) best = k;
      *out++ = static_cast<std::int32_t>(best);
    }
}

template <class T>
void cumulative_sum(const T* x, const Span3& span, T* out) {
  for (std::int64_t i = 0; i < span.outer; ++i)
    for (std::int64_t k = 0; k < span.n; ++k, x += span.inner, out += span.inner)
      for (std::int64_t j = 0; j < span.inner; ++j) out[j] = k == 0 ? x[j] : out[j - span.inner] + x[j];
}

#define CORNU_FOR_NUMBER(T)                                                 \
  template void reduce<T>(Reduction, const T*, const Span3&, T*);           \
  template void arg_reduce<T>(bool, const T*, const Span3&, std::int32_t*); \
  template void cumulative_sum<T>(const T*, const Span3&, T*);
CORNU_FOR_NUMBER(float)
CORNU_FOR_NUMBER(double)
CORNU_FOR_NUMBER(std::int32_t)
CORNU_FOR_NUMBER(std::int64_t)
#undef CORNU_FOR_NUMBER

}  // namespace cornu::kernels
