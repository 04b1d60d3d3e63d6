#pragma once
// Internal: the rules of the optimizers over a run of elements.
#include <cstdint>

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

/// T is float or double; w and the slots are written. A null gradient g is zero everywhere, with the same result to the
/// bit; so is every way of cutting a run in two. What is kept from step to step is set to 0 once it is below the
/// smallest normal number: arithmetic on such numbers is slow, and they never reach 0 by themselves.
template <class T>
struct OptimizerKernels {
  void (*gradient_descent)(T learning_rate, const T* g, std::int64_t size, T* w);
  void (*momentum)(const MomentumRule<T>& rule, const T* g, std::int64_t size, T* w, T* v);
  /// Without momentum m is null, not centered a is null.
  void (*rmsprop)(const RMSpropRule<T>& rule, const T* g, std::int64_t size, T* w, T* v, T* m, T* a);
  /// Without amsgrad u is null.
  void (*adam)(const AdamRule<T>& rule, const T* g, std::int64_t size, T* w, T* m, T* v, T* u);

  static const OptimizerKernels& baseline();
  static const OptimizerKernels& v3();
  static const OptimizerKernels& v4();
};

}  // namespace cornu::kernels
