#pragma once
// Internal: means over the steps of a mask.
#include <cstdint>

namespace cornu::kernels {

struct Sequences {
  std::int64_t samples = 0, steps = 0, features = 0;
};

/// out[b, :] = Σ x[b, t, :] / n over the n steps t with counts[b, t]; 0 where there is none. Sixteen steps
/// after another are summed in T, the sums of those in double.
template <class T>
void masked_mean(const T* x, const bool* counts, const Sequences& extents, T* out);

/// d[b, :] = d_out[b, :] / n: what each step of the mask passes back.
template <class T>
void masked_mean_gradient(const T* d_out, const bool* counts, const Sequences& extents, T* d);

/// y[b, t, :] = x[b, :] where counts[b, t], 0 elsewhere; everywhere if counts is null.
template <class T>
void repeat(const T* x, const bool* counts, const Sequences& extents, T* y);

}  // namespace cornu::kernels
