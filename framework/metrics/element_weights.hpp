#pragma once
// Internal: sample weights of metrics that count elements.
#include <string_view>

#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::metrics {

/// The weight of each element, float64 of that shape: weights are those of the samples, (n,), of their steps, or of the
/// elements, and a last axis of 1 may be missing or be one too many. Undefined ones are 1. Throws ShapeError for
/// others.
Tensor weights_of_elements(std::string_view where, const Tensor& sample_weight, const Shape& shape);

}  // namespace cornu::metrics
