#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/rules/optimizers.hpp>
#include <cornu/framework/kernels/simd/rules/visit.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

template <bool has_gradient, class T>
void move_by_largest(const AdamaxRule<T> rule, const T* __restrict g, std::int64_t size, T* __restrict w,
                     T* __restrict m, T* __restrict u) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T gradient = has_gradient ? g[i] : T(0);
    const T mean = flushed(m[i] + (gradient - m[i]) * rule.one_minus_beta_1);
    const T faded = flushed(u[i] * rule.beta_2), size_of_gradient = magnitude(gradient);
    const T largest = faded < size_of_gradient ? size_of_gradient : faded;
    m[i] = mean;
    u[i] = largest;
    w[i] -= mean * rule.alpha / (largest + rule.epsilon);
  }
}

template <bool has_gradient, class T>
[[gnu::flatten]] void adamax_over(const AdamaxRule<T>& rule, const T* g, const Run& run, T* w, T* m, T* u) {
  visit(
      run, g, [rule](auto... at) { move_by_largest<has_gradient>(rule, at...); }, w, m, u);
}

template <class T>
void adamax(const AdamaxRule<T>& rule, const T* g, const Run& run, T* w, T* m, T* u) {
  g ? adamax_over<true>(rule, g, run, w, m, u) : adamax_over<false>(rule, g, run, w, m, u);
}

template <bool has_gradient, class T>
void move_ahead_by_moments(const NadamRule<T> rule, const T* __restrict g, std::int64_t size, T* __restrict w,
                           T* __restrict m, T* __restrict v) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T gradient = has_gradient ? g[i] : T(0);
    const T mean = flushed(m[i] + (gradient - m[i]) * rule.one_minus_beta_1);
    const T square = flushed(v[i] + (gradient * gradient - v[i]) * rule.one_minus_beta_2);
    m[i] = mean;
    v[i] = square;
    w[i] -= (mean * rule.mean_rate + gradient * rule.gradient_rate) / (root(square * rule.square_scale) + rule.epsilon);
  }
}

template <bool has_gradient, class T>
[[gnu::flatten]] void nadam_over(const NadamRule<T>& rule, const T* g, const Run& run, T* w, T* m, T* v) {
  visit(
      run, g, [rule](auto... at) { move_ahead_by_moments<has_gradient>(rule, at...); }, w, m, v);
}

template <class T>
void nadam(const NadamRule<T>& rule, const T* g, const Run& run, T* w, T* m, T* v) {
  g ? nadam_over<true>(rule, g, run, w, m, v) : nadam_over<false>(rule, g, run, w, m, v);
}

// ±1, or x where that is 0 or NaN
template <class T>
T sign_of(T x) {
  return magnitude(x) > T(0) ? with_sign(T(1), x) : x;
}

// x, or the faintest number of its sign.
template <class T>
T with_sign_kept(T x) {
  return magnitude(x) < faintest(x) ? sign_of(x) * faintest(x) : x;
}

template <bool has_gradient, class T>
void move_by_sign(const LionRule<T> rule, const T* __restrict g, std::int64_t size, T* __restrict w, T* __restrict m) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T gradient = has_gradient ? g[i] : T(0);
    w[i] -= rule.learning_rate * sign_of(m[i] * rule.beta_1 + gradient * rule.one_minus_beta_1);
    m[i] = with_sign_kept(m[i] * rule.beta_2 + gradient * rule.one_minus_beta_2);
  }
}

template <bool has_gradient, class T>
[[gnu::flatten]] void lion_over(const LionRule<T>& rule, const T* g, const Run& run, T* w, T* m) {
  visit(
      run, g, [rule](auto... at) { move_by_sign<has_gradient>(rule, at...); }, w, m);
}

template <class T>
void lion(const LionRule<T>& rule, const T* g, const Run& run, T* w, T* m) {
  g ? lion_over<true>(rule, g, run, w, m) : lion_over<false>(rule, g, run, w, m);
}

template <bool has_gradient, class T>
void move_towards_average(const ScheduleFreeRule<T> rule, const T* __restrict g, std::int64_t size, T* __restrict w,
                          T* __restrict z, T* __restrict v) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T gradient = has_gradient ? g[i] : T(0);
    const T square = flushed(v[i] + (gradient * gradient - v[i]) * rule.one_minus_beta_2);
    const T step = rule.learning_rate * gradient / (root(square * rule.square_scale) + rule.epsilon);
    v[i] = square;
    w[i] += rule.weight * (z[i] - w[i]) - rule.share * step;
    z[i] -= step;
  }
}

template <bool has_gradient, class T>
[[gnu::flatten]] void schedule_free_over(const ScheduleFreeRule<T>& rule, const T* g, const Run& run, T* w, T* z,
                                         T* v) {
  visit(
      run, g, [rule](auto... at) { move_towards_average<has_gradient>(rule, at...); }, w, z, v);
}

template <class T>
void schedule_free(const ScheduleFreeRule<T>& rule, const T* g, const Run& run, T* w, T* z, T* v) {
  g ? schedule_free_over<true>(rule, g, run, w, z, v) : schedule_free_over<false>(rule, g, run, w, z, v);
}

template <class T>
T lamb_direction(const LambRule<T>& rule, T mean, T square) {
  return mean * rule.mean_scale / (root(square * rule.square_scale) + rule.epsilon);
}

// Sums in several parts, so that the additions need not wait for each other.
constexpr std::int64_t parts = 16;
struct Sums {
  double part[parts];

  double total() const {
    double sum = 0;
    for (std::int64_t k = 0; k < parts; ++k) sum += part[k];
    return sum;
  }
};

template <bool has_gradient, class T>
void lamb_moments_over(const LambRule<T> rule, const T* __restrict g, std::int64_t size, const T* __restrict w,
                       T* __restrict m, T* __restrict v, double& sum_of_w, double& sum_of_u) {
  Sums of_w{}, of_u{};
  for (std::int64_t first = 0; first < size; first += parts) {
    const std::int64_t count = size - first < parts ? size - first : parts;
    for (std::int64_t k = 0; k < count; ++k) {
      const std::int64_t i = first + k;
      const T gradient = has_gradient ? g[i] : T(0);
      m[i] = flushed(m[i] + (gradient - m[i]) * rule.one_minus_beta_1);
      v[i] = flushed(v[i] + (gradient * gradient - v[i]) * rule.one_minus_beta_2);
      const double weight = w[i], direction = lamb_direction(rule, m[i], v[i]);
      of_w.part[k] += weight * weight;
      of_u.part[k] += direction * direction;
    }
  }
  sum_of_w = of_w.total();
  sum_of_u = of_u.total();
}

template <class T>
void lamb_moments(const LambRule<T>& rule, const T* g, std::int64_t size, const T* w, T* m, T* v, double& sum_of_w,
                  double& sum_of_u) {
  g ? lamb_moments_over<true>(rule, g, size, w, m, v, sum_of_w, sum_of_u)
    : lamb_moments_over<false>(rule, g, size, w, m, v, sum_of_w, sum_of_u);
}

template <class T>
void lamb_step(const LambRule<T>& rule, T rate, std::int64_t size, T* __restrict w, const T* __restrict m,
               const T* __restrict v) {
  for (std::int64_t i = 0; i < size; ++i) w[i] -= rate * lamb_direction(rule, m[i], v[i]);
}

}  // namespace

template <class T>
struct Filled<MomentKernels<T>> {
  static constexpr MomentKernels<T> kernels{
      .adamax = adamax<T>,
      .nadam = nadam<T>,
      .lion = lion<T>,
      .schedule_free = schedule_free<T>,
      .lamb_moments = lamb_moments<T>,
      .lamb_step = lamb_step<T>,
  };
};

template const MomentKernels<float>& kernels();
template const MomentKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
