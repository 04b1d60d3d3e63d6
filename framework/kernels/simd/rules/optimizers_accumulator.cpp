#include <cornu/framework/kernels/optimizers.hpp>
#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/rules/optimizers.hpp>
#include <cornu/framework/kernels/simd/rules/visit.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

template <bool has_gradient, class T>
void move_by_sum_of_squares(const AdagradRule<T> rule, const T* __restrict g, std::int64_t size, T* __restrict w,
                            T* __restrict a) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T gradient = has_gradient ? g[i] : T(0);
    const T sum = a[i] + gradient * gradient;
    a[i] = sum;
    w[i] -= rule.learning_rate * gradient / root(sum + rule.epsilon);
  }
}

template <bool has_gradient, class T>
[[gnu::flatten]] void adagrad_over(const AdagradRule<T>& rule, const T* g, const Run& run, T* w, T* a) {
  visit(
      run, g, [rule](auto... at) { move_by_sum_of_squares<has_gradient>(rule, at...); }, w, a);
}

template <class T>
void adagrad(const AdagradRule<T>& rule, const T* g, const Run& run, T* w, T* a) {
  g ? adagrad_over<true>(rule, g, run, w, a) : adagrad_over<false>(rule, g, run, w, a);
}

template <bool has_gradient, class T>
void move_by_ratio_of_roots(const AdadeltaRule<T> rule, const T* __restrict g, std::int64_t size, T* __restrict w,
                            T* __restrict a, T* __restrict d) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T gradient = has_gradient ? g[i] : T(0);
    const T square = flushed(rule.rho * a[i] + rule.one_minus_rho * (gradient * gradient));
    a[i] = square;
    const T step = root(d[i] + rule.epsilon) * gradient / root(square + rule.epsilon);
    d[i] = flushed(rule.rho * d[i] + rule.one_minus_rho * (step * step));
    w[i] -= rule.learning_rate * step;
  }
}

template <bool has_gradient, class T>
[[gnu::flatten]] void adadelta_over(const AdadeltaRule<T>& rule, const T* g, const Run& run, T* w, T* a, T* d) {
  visit(
      run, g, [rule](auto... at) { move_by_ratio_of_roots<has_gradient>(rule, at...); }, w, a, d);
}

template <class T>
void adadelta(const AdadeltaRule<T>& rule, const T* g, const Run& run, T* w, T* a, T* d) {
  g ? adadelta_over<true>(rule, g, run, w, a, d) : adadelta_over<false>(rule, g, run, w, a, d);
}

float power(float x, float exponent) { return __builtin_powf(x, exponent); }
double power(double x, double exponent) { return __builtin_pow(x, exponent); }

template <bool has_gradient, bool by_root, class T>
void follow_the_leader(const FtrlRule<T> rule, const T* __restrict g, std::int64_t size, T* __restrict w,
                       T* __restrict n, T* __restrict z) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T gradient = has_gradient ? g[i] : T(0);
    const T sum = n[i] + gradient * gradient;
    const T before = by_root ? root(n[i]) : power(n[i], rule.power),
            after = by_root ? root(sum) : power(sum, rule.power);
    const T shrunk = gradient + rule.shrinkage * w[i];
    const T linear = flushed(z[i] + (shrunk - (after - before) / rule.learning_rate * w[i]));
    const T beyond = linear > rule.l1 ? rule.l1 - linear : linear < -rule.l1 ? -rule.l1 - linear : linear - linear;
    w[i] = beyond / (after / rule.learning_rate + T(2) * rule.l2);
    n[i] = sum;
    z[i] = linear;
  }
}

template <bool has_gradient, bool by_root, class T>
[[gnu::flatten]] void ftrl_over(const FtrlRule<T>& rule, const T* g, const Run& run, T* w, T* n, T* z) {
  visit(
      run, g, [rule](auto... at) { follow_the_leader<has_gradient, by_root>(rule, at...); }, w, n, z);
}

template <class T>
void ftrl(const FtrlRule<T>& rule, const T* g, const Run& run, T* w, T* n, T* z) {
  if (rule.power == T(0.5))
    g ? ftrl_over<true, true>(rule, g, run, w, n, z) : ftrl_over<false, true>(rule, g, run, w, n, z);
  else
    g ? ftrl_over<true, false>(rule, g, run, w, n, z) : ftrl_over<false, false>(rule, g, run, w, n, z);
}

}  // namespace

template <class T>
struct Filled<AccumulatorKernels<T>> {
  static constexpr AccumulatorKernels<T> kernels{
      .adagrad = adagrad<T>,
      .adadelta = adadelta<T>,
      .ftrl = ftrl<T>,
  };
};

template const AccumulatorKernels<float>& kernels();
template const AccumulatorKernels<double>& kernels();

}  // namespace cornu::kernels::CORNU_ISA
