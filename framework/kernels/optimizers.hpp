#pragma once
// Internal: the rules of the optimizers over a run of elements.
#include <cornu/framework/kernels/run.hpp>

namespace cornu::kernels {

template <class T>
struct MomentumRule {
  T learning_rate, momentum;
  bool nesterov;
};
template <class T>
struct RMSpropRule {
  T learning_rate, rho, one_minus_rho, momentum, epsilon;
};
template <class T>
struct AdamRule {
  T alpha, one_minus_beta_1, one_minus_beta_2, epsilon;
};

template <class T>
struct AdagradRule {
  T learning_rate, epsilon;
};
template <class T>
struct AdadeltaRule {
  T learning_rate, rho, one_minus_rho, epsilon;
};
template <class T>
struct FtrlRule {
  T learning_rate, power, l1, l2, shrinkage;
};
template <class T>
struct AdamaxRule {
  T alpha, one_minus_beta_1, beta_2, epsilon;
};
/// w moves by mean_rate · m and gradient_rate · g.
template <class T>
struct NadamRule {
  T mean_rate, gradient_rate, one_minus_beta_1, one_minus_beta_2, square_scale, epsilon;
};
template <class T>
struct LionRule {
  T learning_rate, beta_1, one_minus_beta_1, beta_2, one_minus_beta_2;
};
/// w moves towards z by `weight` of the way, and with z's step by `share` of it.
template <class T>
struct ScheduleFreeRule {
  T learning_rate, one_minus_beta_2, square_scale, epsilon, weight, share;
};
template <class T>
struct LambRule {
  T mean_scale, square_scale, one_minus_beta_1, one_minus_beta_2, epsilon;
};

/// T is float or double; w and the slots are written. A null gradient g is zero everywhere, with the same result to the
/// bit; so is every way of cutting a run in two, and of listing its rows. What is kept from step to step is set to 0
/// once it is below the smallest normal number: arithmetic on such numbers is slow, and they never reach 0 by
/// themselves.
template <class T>
struct OptimizerKernels {
  void (*gradient_descent)(T learning_rate, const T* g, const Run& run, T* w);
  void (*momentum)(const MomentumRule<T>& rule, const T* g, const Run& run, T* w, T* v);
  /// Without momentum m is null, not centered a is null.
  void (*rmsprop)(const RMSpropRule<T>& rule, const T* g, const Run& run, T* w, T* v, T* m, T* a);
  /// Without amsgrad u is null.
  void (*adam)(const AdamRule<T>& rule, const T* g, const Run& run, T* w, T* m, T* v, T* u);
};

/// Rules that add up squares of gradients.
template <class T>
struct AccumulatorKernels {
  void (*adagrad)(const AdagradRule<T>& rule, const T* g, const Run& run, T* w, T* a);
  void (*adadelta)(const AdadeltaRule<T>& rule, const T* g, const Run& run, T* w, T* a, T* d);
  void (*ftrl)(const FtrlRule<T>& rule, const T* g, const Run& run, T* w, T* n, T* z);
};

/// Rules made of running means.
template <class T>
struct MomentKernels {
  void (*adamax)(const AdamaxRule<T>& rule, const T* g, const Run& run, T* w, T* m, T* u);
  void (*nadam)(const NadamRule<T>& rule, const T* g, const Run& run, T* w, T* m, T* v);
  /// m keeps its sign: where it would fall below 1024 times the smallest normal number, it stays there.
  void (*lion)(const LionRule<T>& rule, const T* g, const Run& run, T* w, T* m);
  void (*schedule_free)(const ScheduleFreeRule<T>& rule, const T* g, const Run& run, T* w, T* z, T* v);
  /// m and v, and the sums of the squares of w and of the step u, of a whole variable; w follows by lamb_step.
  void (*lamb_moments)(const LambRule<T>& rule, const T* g, std::int64_t size, const T* w, T* m, T* v, double& sum_of_w,
                       double& sum_of_u);
  void (*lamb_step)(const LambRule<T>& rule, T rate, std::int64_t size, T* w, const T* m, const T* v);
};

}  // namespace cornu::kernels
