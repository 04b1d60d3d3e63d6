#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/rules/optimizers.hpp>
#include <cornu/framework/kernels/simd/rules/visit.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

template <class T>
void move_down(T learning_rate, const T* __restrict g, std::int64_t size, T* __restrict w) {
  for (std::int64_t i = 0; i < size; ++i) w[i] -= g[i] * learning_rate;
}

template <class T>
[[gnu::flatten]] void gradient_descent(T learning_rate, const T* g, const Run& run, T* w) {
  if (!g) return;
  visit(
      run, g, [=](auto... at) { move_down(learning_rate, at...); }, w);
}

template <bool has_gradient, bool nesterov, class T>
void move_with_momentum(const MomentumRule<T> rule, const T* __restrict g, std::int64_t size, T* __restrict w,
                        T* __restrict v) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T step = (has_gradient ? g[i] : T(0)) * rule.learning_rate;
    const T velocity = flushed(v[i] * rule.momentum - step);
    v[i] = velocity;
    w[i] += nesterov ? velocity * rule.momentum - step : velocity;
  }
}

template <bool has_gradient, bool nesterov, class T>
[[gnu::flatten]] void momentum_over(const MomentumRule<T>& rule, const T* g, const Run& run, T* w, T* v) {
  visit(
      run, g, [rule](auto... at) { move_with_momentum<has_gradient, nesterov>(rule, at...); }, w, v);
}

template <class T>
void momentum(const MomentumRule<T>& rule, const T* g, const Run& run, T* w, T* v) {
  if (rule.nesterov)
    g ? momentum_over<true, true>(rule, g, run, w, v) : momentum_over<false, true>(rule, g, run, w, v);
  else
    g ? momentum_over<true, false>(rule, g, run, w, v) : momentum_over<false, false>(rule, g, run, w, v);
}

template <bool has_gradient, bool has_momentum, bool centered, class T>
void move_by_root_mean_square(const RMSpropRule<T> rule, const T* __restrict g, std::int64_t size, T* __restrict w,
                              T* __restrict v, T* __restrict m, T* __restrict a) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T gradient = has_gradient ? g[i] : T(0);
    T variance = flushed(rule.rho * v[i] + rule.one_minus_rho * (gradient * gradient));
    v[i] = variance;
    if (centered) {
      const T average = flushed(rule.rho * a[i] + rule.one_minus_rho * gradient);
      a[i] = average;
      variance -= average * average;
    }
    T increment = rule.learning_rate * gradient / root(variance + rule.epsilon);
    if (has_momentum) {
      increment = flushed(rule.momentum * m[i] + increment);
      m[i] = increment;
    }
    w[i] -= increment;
  }
}

template <bool has_gradient, bool has_momentum, bool centered, class T>
[[gnu::flatten]] void rmsprop_of_kind(const RMSpropRule<T>& rule, const T* g, const Run& run, T* w, T* v, T* m, T* a) {
  visit(
      run, g, [rule](auto... at) { move_by_root_mean_square<has_gradient, has_momentum, centered>(rule, at...); }, w, v,
      m, a);
}

template <bool has_gradient, class T>
void rmsprop_over(const RMSpropRule<T>& rule, const T* g, const Run& run, T* w, T* v, T* m, T* a) {
  if (m)
    a ? rmsprop_of_kind<has_gradient, true, true>(rule, g, run, w, v, m, a)
      : rmsprop_of_kind<has_gradient, true, false>(rule, g, run, w, v, m, a);
  else
    a ? rmsprop_of_kind<has_gradient, false, true>(rule, g, run, w, v, m, a)
      : rmsprop_of_kind<has_gradient, false, false>(rule, g, run, w, v, m, a);
}

// Without a gradient the increment is 0 unless the root is 0 or NaN.
template <class T>
void rest_by_root_mean_square(const RMSpropRule<T>& rule, std::int64_t size, T* w, T* v, T* m) {
  for (std::int64_t i = 0; i < size; ++i) v[i] = flushed(rule.rho * v[i] + T(0));
  if (!m) return;
  for (std::int64_t i = 0; i < size; ++i) {
    m[i] = flushed(rule.momentum * m[i] + T(0));
    w[i] -= m[i];
  }
}

template <class T>
void rmsprop(const RMSpropRule<T>& rule, const T* g, const Run& run, T* w, T* v, T* m, T* a) {
  if (g)
    rmsprop_over<true>(rule, g, run, w, v, m, a);
  else if (!a && rule.epsilon > 0 && !run.rows)
    rest_by_root_mean_square(rule, run.size, w, v, m);
  else
    rmsprop_over<false>(rule, g, run, w, v, m, a);
}

template <bool has_gradient, bool amsgrad, class T>
void move_by_moments(const AdamRule<T> rule, const T* __restrict g, std::int64_t size, T* __restrict w, T* __restrict m,
                     T* __restrict v, T* __restrict u) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T gradient = has_gradient ? g[i] : T(0);
    const T mean = flushed(m[i] + (gradient - m[i]) * rule.one_minus_beta_1);
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

template <bool has_gradient, bool amsgrad, class T>
[[gnu::flatten]] void adam_over(const AdamRule<T>& rule, const T* g, const Run& run, T* w, T* m, T* v, T* u) {
  if (!has_gradient && !run.rows) return rest_by_moments<amsgrad>(rule, run.size, w, m, v, u);
  visit(
      run, g, [rule](auto... at) { move_by_moments<has_gradient, amsgrad>(rule, at...); }, w, m, v, u);
}

template <class T>
void adam(const AdamRule<T>& rule, const T* g, const Run& run, T* w, T* m, T* v, T* u) {
  if (g)
    u ? adam_over<true, true>(rule, g, run, w, m, v, u) : adam_over<true, false>(rule, g, run, w, m, v, u);
  else
    u ? adam_over<false, true>(rule, g, run, w, m, v, u) : adam_over<false, false>(rule, g, run, w, m, v, u);
}

}  // namespace

template <class T>
struct Filled<OptimizerKernels<T>> {
  static constexpr OptimizerKernels<T> kernels{
      .gradient_descent = gradient_descent<T>,
      .momentum = momentum<T>,
      .rmsprop = rmsprop<T>,
      .adam = adam<T>,
  };
};

template const OptimizerKernels<float>& kernels();
template const OptimizerKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
