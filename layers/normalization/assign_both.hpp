#pragma once
// Internal: weights that a layer itself changes in training.
#include <cornu/framework/autodiff/variable.hpp>

namespace cornu::layers {

/// Sets two weights of one dtype, or neither when something throws. Once both can be written, nothing throws any more.
/// In a steady training step, in which nobody else holds their elements, nothing is allocated.
void assign_both(const Variable& a, const Tensor& a_value, const Variable& b, const Tensor& b_value);

}  // namespace cornu::layers
