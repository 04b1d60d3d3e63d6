#include <cornu/framework/kernels/reduce.hpp>

#include <algorithm>
#include <type_traits>
#include <vector>

namespace cornu::kernels {

namespace {

template <class F>
void reduce_flags(F f, bool neutral, const bool* x, const Span3& span, bool* y) {
  std::fill(y, y + span.outer * span.inner, neutral);
  for (std::int64_t i = 0; i < span.outer; ++i, y += span.inner)
    for (std::int64_t k = 0; k < span.n; ++k, x += span.inner)
      for (std::int64_t j = 0; j < span.inner; ++j) y[j] = f(y[j], x[j]);
}

template <class T>
bool goes_before(bool largest, T candidate, T best) {
  if (best != best) return false;
  return candidate != candidate || (largest ? candidate > best : candidate < best);
}

// Integers wrap round.
template <class T>
T plus(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<Unsigned>(a) + static_cast<Unsigned>(b));
  } else {
    return a + b;
  }
}

}  // namespace

void reduce_any(const bool* x, const Span3& span, bool* y) {
  reduce_flags([](bool a, bool b) { return a || b; }, false, x, span, y);
}
void reduce_all(const bool* x, const Span3& span, bool* y) {
  reduce_flags([](bool a, bool b) { return a && b; }, true, x, span, y);
}

template <class T>
void arg_reduce(bool largest, const T* x, const Span3& span, std::int32_t* y) {
  for (std::int64_t i = 0; i < span.outer; ++i, x += span.n * span.inner)
    for (std::int64_t j = 0; j < span.inner; ++j) {
      std::int64_t best = 0;
      for (std::int64_t k = 1; k < span.n; ++k)
        if (goes_before(largest, x[k * span.inner + j], x[best * span.inner + j])) best = k;
      *y++ = static_cast<std::int32_t>(best);
    }
}

template <class T>
void cumulative_sum(const T* x, const Span3& span, T* y) {
  using Sum = std::conditional_t<std::is_same_v<T, float>, double, T>;
  std::vector<Sum> sums(static_cast<std::size_t>(span.inner));
  for (std::int64_t i = 0; i < span.outer; ++i) {
    std::fill(sums.begin(), sums.end(), Sum());
    for (std::int64_t k = 0; k < span.n; ++k)
      for (Sum& sum : sums) {
        sum = plus(sum, static_cast<Sum>(*x++));
        *y++ = static_cast<T>(sum);
      }
  }
}

#define CORNU_FOR_NUMBER(T)                                                 \
  template void arg_reduce<T>(bool, const T*, const Span3&, std::int32_t*); \
  template void cumulative_sum<T>(const T*, const Span3&, T*);
CORNU_FOR_NUMBER(float)
CORNU_FOR_NUMBER(double)
CORNU_FOR_NUMBER(std::int32_t)
CORNU_FOR_NUMBER(std::int64_t)
#undef CORNU_FOR_NUMBER

}  // namespace cornu::kernels
