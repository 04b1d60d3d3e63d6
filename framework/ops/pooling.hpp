#pragma once
// Internal: means over the steps of a mask.
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::ops {

/// The mean over the steps of the mask: x (batch, steps, features), mask (batch, steps) bool → (batch, features); 0
/// where there is none. Steps outside the mask do not count, whatever they hold. d_x = d_y / n where the mask holds, 0
/// elsewhere.
Tensor masked_mean(const Tensor& x, const Tensor& mask);

/// The same made of ops, along another axis of steps too (1 or 2).
Tensor masked_mean_of_ops(const Tensor& x, const Tensor& mask, std::int64_t steps_axis, bool keepdims);

}  // namespace cornu::ops
