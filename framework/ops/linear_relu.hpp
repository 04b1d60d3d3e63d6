#pragma once
// Internal: a dense layer with the activation relu in one op.
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::ops {

/// relu(linear(x, kernel, bias)), for x (…, k), kernel (k, m) and bias (m,) → (…, m), and the same gradients: relu is
/// taken where its input lies, and the bias's gradient is summed while relu's is made. Throws as linear.
Tensor linear_relu(const Tensor& x, const Tensor& kernel, const Tensor& bias);

/// x · kernel + bias, or relu of that, unrecorded.
Tensor linear_values(const Tensor& x, const Tensor& kernel, const Tensor& bias, bool relu);

}  // namespace cornu::ops
