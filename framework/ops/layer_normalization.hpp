#pragma once
// Internal: layer normalisation over the last axes, in one op.
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::ops {

/// gamma · (x − mean) / √(variance + epsilon) + beta, with mean and variance over the last `axes` axes of x, 1 or more.
/// gamma and beta have the extents of these axes; one that is not defined is left out. Floating tensors of one dtype.
/// Throws ShapeError for gammas and betas of other shapes, and where there is no element along an axis but a result.
Tensor layer_normalization(const Tensor& x, const Tensor& gamma, const Tensor& beta, double epsilon,
                           std::size_t axes = 1);

/// The same made of ops.
Tensor layer_normalization_of_ops(const Tensor& x, const Tensor& gamma, const Tensor& beta, double epsilon,
                                  std::size_t axes = 1);

}  // namespace cornu::ops
