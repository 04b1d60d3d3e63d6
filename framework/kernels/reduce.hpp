#pragma once
// Internal: reductions of a tensor seen as (outer, n, inner) over its middle axis, to (outer, inner).
#include <cstdint>

namespace cornu::kernels {

struct Span3 {
  std::int64_t outer = 1, n = 1, inner = 1;
};

enum class Reduction { sum, prod, max, min };

/// Numbers. Sums of floating elements are pairwise, so that their error grows with log n; a NaN is the maximum and the
/// minimum of what it stands among. The order of the additions follows from the extents alone.
template <class T>
void reduce(Reduction kind, const T* x, const Span3& span, T* out);

/// Whether any (all) of the elements are set.
void reduce_any(const bool* x, const Span3& span, bool* out);
void reduce_all(const bool* x, const Span3& span, bool* out);

/// Position of the first largest (smallest) element, or of the first NaN.
template <class T>
void arg_reduce(bool largest, const T* x, const Span3& span, std::int32_t* out);

/// out[:, i, :] = x[:, 0, :] + … + x[:, i, :].
template <class T>
void cumulative_sum(const T* x, const Span3& span, T* out);

}  // namespace cornu::kernels
