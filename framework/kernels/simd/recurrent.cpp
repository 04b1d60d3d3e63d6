#include <cornu/framework/kernels/recurrent.hpp>

#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/math.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

template <class T>
void copy_row(const T* from, std::int64_t size, T* __restrict to) {
  for (std::int64_t j = 0; j < size; ++j) to[j] = from[j];
}

template <class T>
void clear_row(std::int64_t size, T* __restrict to) {
  for (std::int64_t j = 0; j < size; ++j) to[j] = T(0);
}

// A quotient before it is divided. The divisor is in 1 … 2, so that several quotients can be had from the reciprocal of
// their divisors' product: a division takes longer than all else.
template <class T>
struct Quotient {
  T numerator, divisor;
};

// e^x of x ≤ 0, though no less than e^−87; and e^x − 1 of such an x.
inline float exp_below(float x) {
  const Exponential e(x < -87 ? -87 : x);
  return fused(fused(e.series, e.r, 1), e.r, 1) * power_of_two(e.n);
}
inline double exp_below(double x) { return ExpBelow::of(x); }
inline float expm1_below(float x) {
  const Exponential e(x < -20 ? -20 : x);
  const float scale = power_of_two(e.n);
  return fused(scale, e.fraction_less_one(), scale - 1);
}
inline double expm1_below(double x) { return Expm1::of(x); }

// σ(x): with z = e^−|x|, 1 / (1 + z) above 0 and z / (1 + z) below
template <class T>
inline Quotient<T> sigmoid(T x) {
  const T z = exp_below(-Abs::of(x));
  return {x < 0 ? z : T(1), 1 + z};
}

// tanh(x): with z = e^−2|x| − 1, ∓z / (2 + z)
template <class T>
inline Quotient<T> tanh(T x) {
  const T z = expm1_below(-2 * Abs::of(x));
  return {x < 0 ? z : -z, 2 + z};
}

template <class T>
inline T tanh_of(T x) {
  const Quotient<T> y = tanh(x);
  return y.numerator / y.divisor;
}

template <class Step>
bool counts(const Step& step, std::int64_t row) {
  return !step.counts || step.counts[row];
}

template <class T>
void simple_rnn_row(std::int64_t u, T* __restrict h) {
  for (std::int64_t j = 0; j < u; ++j) h[j] = tanh_of(h[j]);
}

template <class T>
void simple_rnn(const CellStep<T>& step) {
  const std::int64_t u = step.units;
  for (std::int64_t b = 0, at = 0; b < step.rows; ++b, at += u)
    counts(step, b) ? simple_rnn_row(u, step.h + at) : copy_row(step.h_before + at, u, step.h + at);
}

template <class T>
void lstm_gates(std::int64_t u, T* __restrict i, T* __restrict f, T* __restrict g, T* __restrict o) {
  for (std::int64_t j = 0; j < u; ++j) {
    const Quotient<T> in = sigmoid(i[j]), forget = sigmoid(f[j]), candidate = tanh(g[j]), out = sigmoid(o[j]);
    const T first = in.divisor * candidate.divisor, second = forget.divisor * out.divisor;
    const T inverse = 1 / (first * second), of_first = inverse * second, of_second = inverse * first;
    i[j] = in.numerator * (of_first * candidate.divisor);
    f[j] = forget.numerator * (of_second * out.divisor);
    g[j] = candidate.numerator * (of_first * in.divisor);
    o[j] = out.numerator * (of_second * forget.divisor);
  }
}

// In a loop of its own, as a CPU then works at more units at a time.
template <class T>
void lstm_states(const T* __restrict gates, const T* __restrict c_before, std::int64_t u, T* __restrict c,
                 T* __restrict h) {
  const T *i = gates, *f = gates + u, *g = gates + 2 * u, *o = gates + 3 * u;
  for (std::int64_t j = 0; j < u; ++j) {
    const T carry = fused(f[j], c_before[j], i[j] * g[j]);
    c[j] = carry;
    h[j] = o[j] * tanh_of(carry);
  }
}

template <class T>
void lstm(const CellStep<T>& step) {
  const std::int64_t u = step.units;
  for (std::int64_t b = 0, at = 0; b < step.rows; ++b, at += u) {
    T* const gates = step.gates + 4 * at;
    if (counts(step, b)) {
      lstm_gates(u, gates, gates + u, gates + 2 * u, gates + 3 * u);
      lstm_states(gates, step.c_before + at, u, step.c + at, step.h + at);
    } else {
      copy_row(step.h_before + at, u, step.h + at);
      copy_row(step.c_before + at, u, step.c + at);
    }
  }
}

template <class T>
void gru_gates(const T* __restrict recurrent, std::int64_t u, T* __restrict z, T* __restrict r) {
  for (std::int64_t j = 0; j < u; ++j) {
    const Quotient<T> update = sigmoid(z[j] + recurrent[j]), reset = sigmoid(r[j] + recurrent[u + j]);
    const T inverse = 1 / (update.divisor * reset.divisor);
    z[j] = update.numerator * (inverse * reset.divisor);
    r[j] = reset.numerator * (inverse * update.divisor);
  }
}

template <class T>
void gru_state(const T* __restrict gates, const T* __restrict recurrent, const T* __restrict h_before, std::int64_t u,
               T* __restrict g, T* __restrict inner, T* __restrict h) {
  const T *z = gates, *r = gates + u;
  for (std::int64_t j = 0; j < u; ++j) {
    const T candidate = tanh_of(fused(r[j], recurrent[j], g[j]));
    g[j] = candidate;
    inner[j] = recurrent[j];
    h[j] = fused(z[j], h_before[j] - candidate, candidate);
  }
}

template <class T>
void gru(const CellStep<T>& step) {
  const std::int64_t u = step.units;
  for (std::int64_t b = 0, at = 0; b < step.rows; ++b, at += u) {
    T* const gates = step.gates + 4 * at;
    if (counts(step, b)) {
      const T* const recurrent = step.recurrent + 3 * at;
      gru_gates(recurrent, u, gates, gates + u);
      gru_state(gates, recurrent + 2 * u, step.h_before + at, u, gates + 2 * u, gates + 3 * u, step.h + at);
    } else {
      copy_row(step.h_before + at, u, step.h + at);
    }
  }
}

// 1 − y²
template <class T>
T tanh_slope(T y) {
  return fused(-y, y, T(1));
}
template <class T>
T sigmoid_slope(T y) {
  return y * (T(1) - y);
}

// d_a = d_h · (1 − h²)
template <class T>
void simple_rnn_gradient_row(const T* __restrict h, const T* __restrict d_h, std::int64_t u, T* __restrict d_a) {
  for (std::int64_t j = 0; j < u; ++j) d_a[j] = d_h[j] * tanh_slope(h[j]);
}

template <class T>
void simple_rnn_gradient(const CellStepGradient<T>& step) {
  const std::int64_t u = step.units;
  for (std::int64_t b = 0, at = 0; b < step.rows; ++b, at += u) {
    if (counts(step, b)) {
      simple_rnn_gradient_row(step.h + at, step.d_h + at, u, step.d_projected + at);
      clear_row(u, step.d_h_before + at);
    } else {
      clear_row(u, step.d_projected + at);
      copy_row(step.d_h + at, u, step.d_h_before + at);
    }
  }
}

// With d = d_c + d_h · o · (1 − tanh²c): d_i = d · g, d_f = d · c_before, d_g = d · i, d_o = d_h · tanh(c), each times
// the slope of its activation; d_c_before = d · f
template <class T>
void lstm_gradient_row(const T* __restrict gates, const T* __restrict c_before, const T* __restrict c,
                       const T* __restrict d_h, std::int64_t u, T* __restrict d_c, T* __restrict d_i, T* __restrict d_f,
                       T* __restrict d_g, T* __restrict d_o) {
  const T *i = gates, *f = gates + u, *g = gates + 2 * u, *o = gates + 3 * u;
  for (std::int64_t j = 0; j < u; ++j) {
    const T y = tanh_of(c[j]), d = fused(d_h[j] * o[j], tanh_slope(y), d_c[j]);
    d_i[j] = d * g[j] * sigmoid_slope(i[j]);
    d_f[j] = d * c_before[j] * sigmoid_slope(f[j]);
    d_g[j] = d * i[j] * tanh_slope(g[j]);
    d_o[j] = d_h[j] * y * sigmoid_slope(o[j]);
    d_c[j] = d * f[j];
  }
}

template <class T>
void lstm_gradient(const CellStepGradient<T>& step) {
  const std::int64_t u = step.units;
  for (std::int64_t b = 0, at = 0; b < step.rows; ++b, at += u) {
    T* d_a = step.d_projected + 4 * at;
    if (counts(step, b)) {
      lstm_gradient_row(step.gates + 4 * at, step.c_before + at, step.c + at, step.d_h + at, u, step.d_c + at, d_a,
                        d_a + u, d_a + 2 * u, d_a + 3 * u);
      clear_row(u, step.d_h_before + at);
    } else {
      clear_row(4 * u, d_a);
      copy_row(step.d_h + at, u, step.d_h_before + at);
    }
  }
}

// d_z = d_h · (h_before − g), d_g = d_h · (1 − z), d_r = d_g · inner, each times the slope of its activation;
// d_inner = d_g · r; d_h_before = d_h · z
template <class T>
void gru_gradient_row(const T* __restrict gates, const T* __restrict h_before, const T* __restrict d_h, std::int64_t u,
                      T* __restrict d_z, T* __restrict d_r, T* __restrict d_g, T* __restrict d_inner,
                      T* __restrict d_h_before) {
  const T *z = gates, *r = gates + u, *g = gates + 2 * u, *inner = gates + 3 * u;
  for (std::int64_t j = 0; j < u; ++j) {
    const T d = d_h[j] * (T(1) - z[j]) * tanh_slope(g[j]);
    d_z[j] = d_h[j] * (h_before[j] - g[j]) * sigmoid_slope(z[j]);
    d_r[j] = d * inner[j] * sigmoid_slope(r[j]);
    d_g[j] = d;
    d_inner[j] = d * r[j];
    d_h_before[j] = d_h[j] * z[j];
  }
}

template <class T>
void gru_gradient(const CellStepGradient<T>& step) {
  const std::int64_t u = step.units;
  for (std::int64_t b = 0, at = 0; b < step.rows; ++b, at += u) {
    T *d_a = step.d_projected + 3 * at, *d_q = step.d_recurrent + 3 * at;
    if (counts(step, b)) {
      gru_gradient_row(step.gates + 4 * at, step.h_before + at, step.d_h + at, u, d_a, d_a + u, d_a + 2 * u,
                       d_q + 2 * u, step.d_h_before + at);
      copy_row(d_a, 2 * u, d_q);
    } else {
      clear_row(3 * u, d_a);
      clear_row(3 * u, d_q);
      copy_row(step.d_h + at, u, step.d_h_before + at);
    }
  }
}

}  // namespace

template <class T>
struct Filled<RecurrentKernels<T>> {
  static constexpr RecurrentKernels<T> kernels{
      .simple_rnn = simple_rnn<T>,
      .lstm = lstm<T>,
      .gru = gru<T>,
      .simple_rnn_gradient = simple_rnn_gradient<T>,
      .lstm_gradient = lstm_gradient<T>,
      .gru_gradient = gru_gradient<T>,
  };
};

template const RecurrentKernels<float>& kernels();
template const RecurrentKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
