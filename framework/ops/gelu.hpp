#pragma once
// Internal: the activation gelu in one op.
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::ops {

/// x · Φ(x), with Φ(x) = (1 + erf(x / √2)) / 2; or with tanh in place of erf, as Hendrycks and Gimpel (2016): Φ(x) ≈
/// (1 + tanh(√(2 / π) · (x + 0.044715 · x³))) / 2. Floating.
Tensor gelu(const Tensor& x, bool approximate = false);

/// The same made of ops.
Tensor gelu_of_ops(const Tensor& x, bool approximate = false);

}  // namespace cornu::ops
