#pragma once
// Internal: reductions of a tensor seen as (outer, n, inner) over its middle axis, to (outer, inner).
#include <cstdint>

namespace cornu::kernels {

struct Span3 {
  std::int64_t outer = 1, n = 1, inner = 1;
};

/// So many rows of a reduction are taken one after the other; more are halved, the first half rounded down.
constexpr std::int64_t rows_in_turn = 64;
/// A reduction whose inner extent is 1 takes its elements as rows of so many lanes; then the lanes, halved; then what
/// is left, one after the other.
constexpr std::int64_t run_lanes = 32;

/// T is float, double, std::int32_t or std::int64_t; every extent is 1 or more. Sums of floating elements are pairwise,
/// so that their error grows with log n, and the order of the additions follows from the extents alone. Integers wrap
/// round. A NaN is the maximum and the minimum of what it stands among.
template <class T>
struct ReductionKernels {
  void (*sum)(const T* x, const Span3& span, T* y);
  void (*prod)(const T* x, const Span3& span, T* y);
  void (*max)(const T* x, const Span3& span, T* y);
  void (*min)(const T* x, const Span3& span, T* y);
};

/// Whether any (all) of the elements are set.
void reduce_any(const bool* x, const Span3& span, bool* y);
void reduce_all(const bool* x, const Span3& span, bool* y);

/// Position of the first largest (smallest) element, or of the first NaN.
template <class T>
void arg_reduce(bool largest, const T* x, const Span3& span, std::int32_t* y);

/// y[:, i, :] = x[:, 0, :] + … + x[:, i, :], the sums of floats kept as doubles.
template <class T>
void cumulative_sum(const T* x, const Span3& span, T* y);

}  // namespace cornu::kernels
