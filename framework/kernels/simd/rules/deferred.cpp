#include <cornu/framework/kernels/deferred.hpp>
#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/rules/optimizers.hpp>
#include <cornu/framework/kernels/simd/rules/visit.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

// rule(size, arrays…) for the run, or for each of its rows.
template <class Rule, class T, class... A>
inline __attribute__((always_inline)) void visit_without_gradient(const Run& run, Rule rule, T* first, A*... others) {
  const T* const no_gradient = nullptr;
  visit(
      run, no_gradient, [rule](const T*, auto... at) { rule(at...); }, first, others...);
}

template <class T>
[[gnu::flatten]] void scale(T factor, const Run& run, T* x) {
  const auto scale_run = [factor](std::int64_t size, T* __restrict at) {
    for (std::int64_t i = 0; i < size; ++i) at[i] = flushed(at[i] * factor);
  };
  visit_without_gradient(run, scale_run, x);
}

template <class T>
[[gnu::flatten]] void lose(T lost, const Run& run, T* w) {
  const auto lose_run = [lost](std::int64_t size, T* __restrict at) {
    for (std::int64_t i = 0; i < size; ++i) at[i] -= lost * at[i];
  };
  visit_without_gradient(run, lose_run, w);
}

template <class T>
void keep_moving(const DeferredMomentum<T> deferred, std::int64_t size, T* __restrict w, T* __restrict v) {
  for (std::int64_t i = 0; i < size; ++i) {
    w[i] += deferred.factor * v[i] - deferred.lost * w[i];
    v[i] = flushed(v[i] * deferred.power);
  }
}

template <class T>
[[gnu::flatten]] void momentum(const DeferredMomentum<T>& deferred, const Run& run, T* w, T* v) {
  visit_without_gradient(
      run, [deferred](auto... at) { keep_moving(deferred, at...); }, w, v);
}

// Σ_n x^n · sums[n], Horner's way, for a number of terms that is known when compiling.
template <int terms, class T>
T polynomial(const T* sums, T x) {
  T value = sums[terms - 1];
  for (int n = terms - 2; n >= 0; --n) value = value * x + sums[n];
  return value;
}

template <int terms, class T>
struct Sums {
  T values[terms];
  explicit Sums(const DeferredMoments<T>& deferred) {
    for (int n = 0; n < terms; ++n) values[n] = n < deferred.terms ? static_cast<T>(deferred.sums[n]) : T(0);
  }
};

template <int terms, bool rooted, class T>
void fade(const DeferredMoments<T> deferred, const Sums<terms, T> sums, std::int64_t size, T* __restrict w,
          T* __restrict m, T* __restrict v) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T scaled = (rooted ? root(v[i]) : v[i]) * deferred.q;
    const T inverse = T(1) / (scaled + deferred.epsilon);
    w[i] -= deferred.lost * w[i] + m[i] * inverse * polynomial<terms>(sums.values, -scaled * inverse);
    m[i] = flushed(m[i] * deferred.power_m);
    v[i] = flushed(v[i] * deferred.power_v);
  }
}

// f(an integral constant that is at least the number of terms)
template <int n>
struct Constant {
  static constexpr int value = n;
};
template <class F>
void for_terms(std::int64_t terms, F f) {
  if (terms <= 6) return f(Constant<6>());
  if (terms <= 12) return f(Constant<12>());
  f(Constant<24>());
}

template <int terms, bool rooted, class T>
[[gnu::flatten]] void moments_of_terms(const DeferredMoments<T>& deferred, const Run& run, T* w, T* m, T* v) {
  const Sums<terms, T> sums(deferred);
  visit_without_gradient(
      run, [deferred, sums](auto... at) { fade<terms, rooted>(deferred, sums, at...); }, w, m, v);
}

template <bool rooted, class T>
void moments(const DeferredMoments<T>& deferred, const Run& run, T* w, T* m, T* v) {
  for_terms(deferred.terms, [&](auto terms) { moments_of_terms<terms.value, rooted>(deferred, run, w, m, v); });
}

template <class T>
void fade_over_constant(const DeferredMoments<T> deferred, std::int64_t size, T* __restrict w, T* __restrict m,
                        T* __restrict v, const T* __restrict u) {
  const T sum = static_cast<T>(deferred.sums[0]);
  for (std::int64_t i = 0; i < size; ++i) {
    w[i] -= deferred.lost * w[i] + m[i] / (root(u[i]) + deferred.epsilon) * sum;
    m[i] = flushed(m[i] * deferred.power_m);
    v[i] = flushed(v[i] * deferred.power_v);
  }
}

template <class T>
[[gnu::flatten]] void moments_over_constant(const DeferredMoments<T>& deferred, const Run& run, T* w, T* m, T* v,
                                            const T* u) {
  visit_without_gradient(
      run, [deferred](auto... at) { fade_over_constant(deferred, at...); }, w, m, v, u);
}

template <class T>
void keep_stepping(T lost, T rates, T power, std::int64_t size, T* __restrict w, T* __restrict m) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T old = m[i], step = old == T(0) ? T(0) : with_sign(rates, old), faded = magnitude(old * power);
    w[i] -= lost * w[i] + step;
    m[i] = old == T(0) ? T(0) : with_sign(faded < faintest(old) ? faintest(old) : faded, old);
  }
}

template <class T>
[[gnu::flatten]] void sign(T lost, T rates, T power, const Run& run, T* w, T* m) {
  visit_without_gradient(
      run, [=](auto... at) { keep_stepping(lost, rates, power, at...); }, w, m);
}

}  // namespace

template <class T>
struct Filled<DeferredKernels<T>> {
  static constexpr DeferredKernels<T> kernels{
      .scale = scale<T>,
      .lose = lose<T>,
      .momentum = momentum<T>,
      .moments = moments<true, T>,
      .moments_of_largest = moments<false, T>,
      .moments_over_constant = moments_over_constant<T>,
      .sign = sign<T>,
  };
};

template const DeferredKernels<float>& kernels();
template const DeferredKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
