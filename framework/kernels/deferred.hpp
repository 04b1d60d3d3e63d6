#pragma once
// Internal: many updates without a gradient at once, over a run of elements.
#include <cornu/framework/kernels/run.hpp>

namespace cornu::kernels {

// Weight decay comes as the part of w that is lost, 1 − Π (1 − λ): a factor near 1 would be rounded alike at each call,
// and the errors add up.

/// w ← w − lost·w + factor·v;  v ← power·v
template <class T>
struct DeferredMomentum {
  T lost, factor, power;
};

/// d = 1 / (√v·q + ε), ρ = √v·q·d;  w ← w − lost·w − m·d·Σ_n (−ρ)^n·sums[n];  m, v ← power_m·m, power_v·v
template <class T>
struct DeferredMoments {
  T lost, q, epsilon, power_m, power_v;
  const double* sums;
  std::int64_t terms;
};

/// T is float or double. What is kept from update to update is set to 0 once it is below the smallest normal number.
template <class T>
struct DeferredKernels {
  void (*scale)(T factor, const Run& run, T* x);
  void (*lose)(T lost, const Run& run, T* w);
  void (*momentum)(const DeferredMomentum<T>& deferred, const Run& run, T* w, T* v);
  void (*moments)(const DeferredMoments<T>& deferred, const Run& run, T* w, T* m, T* v);
  /// With v itself where the root is.
  void (*moments_of_largest)(const DeferredMoments<T>& deferred, const Run& run, T* w, T* m, T* v);
  /// With a denominator √u + ε that stays: w ← w − lost·w − m / (√u + ε) · sums[0].
  void (*moments_over_constant)(const DeferredMoments<T>& deferred, const Run& run, T* w, T* m, T* v, const T* u);
  /// w ← w − lost·w − rates·sign(m);  m ← power·m, which keeps its sign.
  void (*sign)(T lost, T rates, T power, const Run& run, T* w, T* m);
};

}  // namespace cornu::kernels
