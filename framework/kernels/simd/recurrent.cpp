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

// y = F(a + b)
template <class F, class T>
void activate(const T* __restrict a, const T* __restrict b, std::int64_t size, T* __restrict y) {
  for (std::int64_t j = 0; j < size; ++j) y[j] = F::of(a[j] + b[j]);
}

template <class Step>
bool counts(const Step& step, std::int64_t row) {
  return !step.counts || step.counts[row];
}

template <class T>
void simple_rnn(const CellStep<T>& step) {
  const std::int64_t u = step.units;
  for (std::int64_t b = 0, at = 0; b < step.rows; ++b, at += u) {
    if (counts(step, b))
      activate<Tanh>(step.projected + at, step.recurrent + at, u, step.h + at);
    else
      copy_row(step.h_before + at, u, step.h + at);
  }
}

template <class T>
void lstm_states(const T* __restrict gates, const T* __restrict c_before, std::int64_t u, T* __restrict c,
                 T* __restrict h) {
  const T *i = gates, *f = gates + u, *g = gates + 2 * u, *o = gates + 3 * u;
  for (std::int64_t j = 0; j < u; ++j) {
    const T carry = fused(f[j], c_before[j], i[j] * g[j]);
    c[j] = carry;
    h[j] = o[j] * Tanh::of(carry);
  }
}

template <class T>
void lstm(const CellStep<T>& step) {
  const std::int64_t u = step.units;
  for (std::int64_t b = 0; b < step.rows; ++b) {
    const T *projected = step.projected + 4 * b * u, *recurrent = step.recurrent + 4 * b * u;
    T* gates = step.gates + 4 * b * u;
    if (!counts(step, b)) {
      copy_row(step.h_before + b * u, u, step.h + b * u);
      copy_row(step.c_before + b * u, u, step.c + b * u);
      continue;
    }
    activate<Sigmoid>(projected, recurrent, 2 * u, gates);
    activate<Tanh>(projected + 2 * u, recurrent + 2 * u, u, gates + 2 * u);
    activate<Sigmoid>(projected + 3 * u, recurrent + 3 * u, u, gates + 3 * u);
    lstm_states(gates, step.c_before + b * u, u, step.c + b * u, step.h + b * u);
  }
}

template <class T>
void gru_state(const T* __restrict gates, const T* __restrict projected, const T* __restrict recurrent,
               const T* __restrict h_before, std::int64_t u, T* __restrict g, T* __restrict inner, T* __restrict h) {
  const T *z = gates, *r = gates + u;
  for (std::int64_t j = 0; j < u; ++j) {
    const T candidate = Tanh::of(fused(r[j], recurrent[j], projected[j]));
    g[j] = candidate;
    inner[j] = recurrent[j];
    h[j] = fused(z[j], h_before[j] - candidate, candidate);
  }
}

template <class T>
void gru(const CellStep<T>& step) {
  const std::int64_t u = step.units;
  for (std::int64_t b = 0; b < step.rows; ++b) {
    const T *projected = step.projected + 3 * b * u, *recurrent = step.recurrent + 3 * b * u;
    T* gates = step.gates + 4 * b * u;
    if (!counts(step, b)) {
      copy_row(step.h_before + b * u, u, step.h + b * u);
      continue;
    }
    activate<Sigmoid>(projected, recurrent, 2 * u, gates);
    gru_state(gates, projected + 2 * u, recurrent + 2 * u, step.h_before + b * u, u, gates + 2 * u, gates + 3 * u,
              step.h + b * u);
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
void simple_rnn_row(const T* __restrict h, const T* __restrict d_h, std::int64_t u, T* __restrict d_a) {
  for (std::int64_t j = 0; j < u; ++j) d_a[j] = d_h[j] * tanh_slope(h[j]);
}

template <class T>
void simple_rnn_gradient(const CellStepGradient<T>& step) {
  const std::int64_t u = step.units;
  for (std::int64_t b = 0, at = 0; b < step.rows; ++b, at += u) {
    if (counts(step, b)) {
      simple_rnn_row(step.h + at, step.d_h + at, u, step.d_projected + at);
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
void lstm_row(const T* __restrict gates, const T* __restrict c_before, const T* __restrict c, const T* __restrict d_h,
              std::int64_t u, T* __restrict d_c, T* __restrict d_i, T* __restrict d_f, T* __restrict d_g,
              T* __restrict d_o) {
  const T *i = gates, *f = gates + u, *g = gates + 2 * u, *o = gates + 3 * u;
  for (std::int64_t j = 0; j < u; ++j) {
    const T y = Tanh::of(c[j]), d = fused(d_h[j] * o[j], tanh_slope(y), d_c[j]);
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
      lstm_row(step.gates + 4 * at, step.c_before + at, step.c + at, step.d_h + at, u, step.d_c + at, d_a, d_a + u,
               d_a + 2 * u, d_a + 3 * u);
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
void gru_row(const T* __restrict gates, const T* __restrict h_before, const T* __restrict d_h, std::int64_t u,
             T* __restrict d_z, T* __restrict d_r, T* __restrict d_g, T* __restrict d_inner, T* __restrict d_h_before) {
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
      gru_row(step.gates + 4 * at, step.h_before + at, step.d_h + at, u, d_a, d_a + u, d_a + 2 * u, d_q + 2 * u,
              step.d_h_before + at);
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
