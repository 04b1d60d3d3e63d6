#pragma once
// Internal: one reduction on several threads.
#include <cstdint>

#include <cornu/framework/kernels/reduce.hpp>

namespace cornu::ops {

/// A member of ReductionKernels<T>.
template <class T>
using ReductionKernel = void (*)(const T* x, const kernels::Span3& span, T* y);

/// kernel(x, span, y) in pieces, with the same result to the bit: what is not reduced is cut anywhere, and what is
/// reduced where the kernel itself would halve it.
template <class T>
void reduce_in_pieces(ReductionKernel<T> kernel, const T* x, const kernels::Span3& span, T* y);

}  // namespace cornu::ops
