#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/simd/optimizers.hpp>

namespace cornu::kernels {

namespace CORNU_ISA {
namespace {

template <class T>
void gradient_descent(T learning_rate, const T* g, std::int64_t size, T* w) {
  if (!g) return;
  for (std::int64_t i = 0; i < size; ++i) w[i] -= g[i] * learning_rate;
}

template <bool has_gradient, bool nesterov, class T>
void move_with_momentum(const MomentumRule<T> rule, const T* __restrict g, std::int64_t size, T* __restrict w,
                        T* __restrict v) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T step = (has_gradient ? g[i] : T(0)) * rule.learning_rate;
    const T velocity = kept(v[i] * rule.momentum - step);
    v[i] = velocity;
    w[i] += nesterov ? velocity * rule.momentum - step : velocity;
  }
}

template <class T>
void momentum(const MomentumRule<T>& rule, const T* g, std::int64_t size, T* w, T* v) {
  if (rule.nesterov)
    g ? move_with_momentum<true, true>(rule, g, size, w, v) : move_with_momentum<false, true>(rule, g, size, w, v);
  else
    g ? move_with_momentum<true, false>(rule, g, size, w, v) : move_with_momentum<false, false>(rule, g, size, w, v);
}

template <bool has_gradient, bool has_momentum, bool centered, class T>
void move_by_root_mean_square(const RMSpropRule<T> rule, const T* __restrict g, std::int64_t size, T* __restrict w,
                              T* __restrict v, T* __restrict m, T* __restrict a) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T gradient = has_gradient ? g[i] : T(0);
    T variance = kept(rule.rho * v[i] + rule.one_minus_rho * (gradient * gradient));
    v[i] = variance;
    if (centered) {
      const T average = kept(rule.rho * a[i] + rule.one_minus_rho * gradient);
      a[i] = average;
      variance -= average * average;
    }
    T increment = rule.learning_rate * gradient / root(variance + rule.epsilon);
    if (has_momentum) {
      increment = kept(rule.momentum * m[i] + increment);
      m[i] = increment;
    }
    w[i] -= increment;
  }
}

template <bool has_gradient, class T>
void rmsprop_over(const RMSpropRule<T>& rule, const T* g, std::int64_t size, T* w, T* v, T* m, T* a) {
  if (m)
    a ? move_by_root_mean_square<has_gradient, true, true>(rule, g, size, w, v, m, a)
      : move_by_root_mean_square<has_gradient, true, false>(rule, g, size, w, v, m, a);
  else
    a ? move_by_root_mean_square<has_gradient, false, true>(rule, g, size, w, v, m, a)
      : move_by_root_mean_square<has_gradient, false, false>(rule, g, size, w, v, m, a);
}

// Without a gradient the increment is 0 unless the root is 0 or NaN.
template <class T>
void rest_by_root_mean_square(const RMSpropRule<T>& rule, std::int64_t size, T* w, T* v, T* m) {
  for (std::int64_t i = 0; i < size; ++i) v[i] = kept(rule.rho * v[i] + T(0));
  if (!m) return;
  for (std::int64_t i = 0; i < size; ++i) {
    m[i] = kept(rule.momentum * m[i] + T(0));
    w[i] -= m[i];
  }
}

template <class T>
void rmsprop(const RMSpropRule<T>& rule, const T* g, std::int64_t size, T* w, T* v, T* m, T* a) {
  if (g)
    rmsprop_over<true>(rule, g, size, w, v, m, a);
  else if (!a && rule.epsilon > 0)
    rest_by_root_mean_square(rule, size, w, v, m);
  else
    rmsprop_over<false>(rule, g, size, w, v, m, a);
}

template <bool has_gradient, bool amsgrad, class T>
void move_by_moments(const AdamRule<T> rule, const T* __restrict g, std::int64_t size, T* __restrict w, T* __restrict m,
                     T* __restrict v, T* __restrict u) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T gradient = has_gradient ? g[i] : T(0);
    const T mean = kept(m[i] + (gradient - m[i]) * rule.one_minus_beta_1);
    T square = v[i] + (gradient * gradient - v[i]) * rule.one_minus_beta_2;
    m[i] = mean;
    v[i] = square;
    if (amsgrad) {
      square = u[i] < square ? square : u[i];
      u[i] = square;
    }
    w[i] -= mean * rule.alpha / (root(square) + rule.epsilon);
  }
}

constexpr std::int64_t block = 128;

template <class T>
bool is_zero_block(const T* x) {
  int others = 0;
  for (std::int64_t i = 0; i < block; ++i) others |= x[i] != T(0) ? 1 : 0;
  return others == 0;
}

// Where m is 0, a step without a gradient moves nothing.
template <bool amsgrad, class T>
void rest_by_moments(const AdamRule<T>& rule, std::int64_t size, T* w, T* m, T* v, T* u) {
  const T* const no_gradient = nullptr;
  std::int64_t i = 0;
  for (; i + block <= size; i += block) {
    if (rule.epsilon > 0 && is_zero_block(m + i))
      for (std::int64_t j = i; j < i + block; ++j) v[j] += (T(0) - v[j]) * rule.one_minus_beta_2;
    else
      move_by_moments<false, amsgrad>(rule, no_gradient, block, w + i, m + i, v + i, amsgrad ? u + i : u);
  }
  move_by_moments<false, amsgrad>(rule, no_gradient, size - i, w + i, m + i, v + i, amsgrad ? u + i : u);
}

template <class T>
void adam(const AdamRule<T>& rule, const T* g, std::int64_t size, T* w, T* m, T* v, T* u) {
  if (g)
    u ? move_by_moments<true, true>(rule, g, size, w, m, v, u)
      : move_by_moments<true, false>(rule, g, size, w, m, v, u);
  else
    u ? rest_by_moments<true>(rule, size, w, m, v, u) : rest_by_moments<false>(rule, size, w, m, v, u);
}

}  // namespace
}  // namespace CORNU_ISA

template <class T>
const OptimizerKernels<T>& OptimizerKernels<T>::CORNU_ISA() {
  static constexpr OptimizerKernels kernels{
      .gradient_descent = CORNU_ISA::gradient_descent<T>,
      .momentum = CORNU_ISA::momentum<T>,
      .rmsprop = CORNU_ISA::rmsprop<T>,
      .adam = CORNU_ISA::adam<T>,
  };
  return kernels;
}

template const OptimizerKernels<float>& OptimizerKernels<float>::CORNU_ISA();
template const OptimizerKernels<double>& OptimizerKernels<double>::CORNU_ISA();

}  // namespace cornu::kernels
