#pragma once
// Internal: what dropout keeps.
#include <cornu/framework/tensor/random.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::ops {

/// bool: for each element whether generator.uniform() ≥ rate, 0 ≤ rate ≤ 1. The same bits as if they were drawn one
/// after the other, and the generator stands where it would then.
Tensor dropout_mask(const Shape& shape, double rate, random::Generator& generator);

}  // namespace cornu::ops
