#pragma once
// Internal: a convolution and the activation behind it.
#include <cornu/framework/ops/convolution.hpp>

namespace cornu::ops {

/// relu(conv(x, kernel, options)): the same numbers, in one pass over the result, and one over its gradient.
Tensor conv_relu(const Tensor& x, const Tensor& kernel, const ConvOptions& options = {});

}  // namespace cornu::ops
