#include <cornu/framework/kernels/idle.hpp>

namespace cornu::kernels {

namespace CORNU_ISA {
namespace {

float root(float x) { return __builtin_sqrtf(x); }
double root(double x) { return __builtin_sqrt(x); }
float absolute(float x) { return __builtin_fabsf(x); }
double absolute(double x) { return __builtin_fabs(x); }
float with_sign(float x, float sign) { return __builtin_copysignf(x, sign); }
double with_sign(double x, double sign) { return __builtin_copysign(x, sign); }
template <class T>
constexpr T smallest_normal = __FLT_MIN__;
template <>
constexpr double smallest_normal<double> = __DBL_MIN__;

template <class T>
T kept(T x) {
  return absolute(x) < smallest_normal<T> ? T(0) : x;
}

template <class T>
void scale(T factor, std::int64_t size, T* x) {
  for (std::int64_t i = 0; i < size; ++i) x[i] = kept(x[i] * factor);
}

template <class T>
void lose(T lost, std::int64_t size, T* w) {
  for (std::int64_t i = 0; i < size; ++i) w[i] -= lost * w[i];
}

template <class T>
void momentum(const IdleMomentum<T>& rule, std::int64_t size, T* __restrict w, T* __restrict v) {
  const IdleMomentum<T> idle = rule;
  for (std::int64_t i = 0; i < size; ++i) {
    w[i] += idle.factor * v[i] - idle.lost * w[i];
    v[i] = kept(v[i] * idle.power);
  }
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
  explicit Sums(const IdleMoments<T>& idle) {
    for (int n = 0; n < terms; ++n) values[n] = n < idle.terms ? static_cast<T>(idle.sums[n]) : T(0);
  }
};

template <int terms, bool rooted, class T>
inline void fade(const IdleMoments<T>& idle, const Sums<terms, T>& sums, std::int64_t size, T* __restrict w,
                 T* __restrict m, T* __restrict v) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T scaled = (rooted ? root(v[i]) : v[i]) * idle.q;
    const T inverse = T(1) / (scaled + idle.epsilon);
    w[i] -= idle.lost * w[i] + m[i] * inverse * polynomial<terms>(sums.values, -scaled * inverse);
    m[i] = kept(m[i] * idle.power_m);
    v[i] = kept(v[i] * idle.power_v);
  }
}

// f(an integral constant that is at least the number of terms)
template <int n>
struct Constant {
  static constexpr int value = n;
};
template <class F>
void for_terms(std::int64_t terms, F f) {
  if (terms <= 4) return f(Constant<4>());
  if (terms <= 5) return f(Constant<5>());
  if (terms <= 6) return f(Constant<6>());
  if (terms <= 8) return f(Constant<8>());
  if (terms <= 12) return f(Constant<12>());
  f(Constant<24>());
}

template <bool rooted, class T>
void moments(const IdleMoments<T>& rule, std::int64_t size, T* w, T* m, T* v) {
  const IdleMoments<T> idle = rule;
  for_terms(idle.terms,
            [&](auto terms) { fade<terms.value, rooted>(idle, Sums<terms.value, T>(idle), size, w, m, v); });
}

template <int terms, int width, class T>
void fade_rows(const IdleMoments<T>& rule, ListedRows listed, T* __restrict w, T* __restrict m, T* __restrict v) {
  const IdleMoments<T> idle = rule;
  const Sums<terms, T> sums(idle);
  for (std::int64_t row = 0; row < listed.count; ++row) {
    const std::int64_t first = static_cast<std::int64_t>(listed.rows[row]) * width;
    fade<terms, true>(idle, sums, width, w + first, m + first, v + first);
  }
}

template <class T>
bool moments_of_rows(const IdleMoments<T>& idle, ListedRows listed, T* w, T* m, T* v) {
  if (idle.terms > 6) return false;
  if (listed.width == 16) return fade_rows<6, 16>(idle, listed, w, m, v), true;
  if (listed.width == 32) return fade_rows<6, 32>(idle, listed, w, m, v), true;
  if (listed.width == 64) return fade_rows<6, 64>(idle, listed, w, m, v), true;
  if (listed.width == 128) return fade_rows<6, 128>(idle, listed, w, m, v), true;
  return false;
}

template <class T>
void moments_over_constant(const IdleMoments<T>& rule, std::int64_t size, T* __restrict w, T* __restrict m,
                           T* __restrict v, const T* __restrict u) {
  const IdleMoments<T> idle = rule;
  const T sum = static_cast<T>(idle.sums[0]);
  for (std::int64_t i = 0; i < size; ++i) {
    w[i] -= idle.lost * w[i] + m[i] / (root(u[i]) + idle.epsilon) * sum;
    m[i] = kept(m[i] * idle.power_m);
    v[i] = kept(v[i] * idle.power_v);
  }
}

// A sign must not get lost: see Lion.
template <class T>
constexpr T faintest = smallest_normal<T>* T(1024);

template <class T>
void sign(T lost, T rates, T power, std::int64_t size, T* __restrict w, T* __restrict m) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T old = m[i], step = old == T(0) ? T(0) : with_sign(rates, old), faded = absolute(old * power);
    w[i] -= lost * w[i] + step;
    m[i] = old == T(0) ? T(0) : with_sign(faded < faintest<T> ? faintest<T> : faded, old);
  }
}

}  // namespace
}  // namespace CORNU_ISA

template <class T>
const IdleKernels<T>& IdleKernels<T>::CORNU_ISA() {
  static constexpr IdleKernels kernels{
      .scale = CORNU_ISA::scale<T>,
      .lose = CORNU_ISA::lose<T>,
      .momentum = CORNU_ISA::momentum<T>,
      .moments = CORNU_ISA::moments<true, T>,
      .moments_of_rows = CORNU_ISA::moments_of_rows<T>,
      .moments_of_largest = CORNU_ISA::moments<false, T>,
      .moments_over_constant = CORNU_ISA::moments_over_constant<T>,
      .sign = CORNU_ISA::sign<T>,
  };
  return kernels;
}

template const IdleKernels<float>& IdleKernels<float>::CORNU_ISA();
template const IdleKernels<double>& IdleKernels<double>::CORNU_ISA();

}  // namespace cornu::kernels
