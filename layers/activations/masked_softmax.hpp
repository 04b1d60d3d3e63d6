#pragma once
// Internal: what Softmax and the layers of attention share.
#include <cornu/framework/layer/call_context.hpp>
#include <cornu/layers/axis_list.hpp>

namespace cornu::layers {

/// e^x / Σ e^x over the axes, among the elements that the mask allows; 0 elsewhere, and where it allows none at all.
/// The mask broadcasts to x.
Tensor masked_softmax(const Tensor& x, const Mask& mask, const AxisList& axes);

}  // namespace cornu::layers
