#pragma once
// Internal: calls of a graph's layers with the masks that Keras gives them.
#include <cornu/framework/layer/mask_change.hpp>
#include <cornu/framework/saving/call_arguments.hpp>

namespace cornu::detail {

/// The outputs of a call. Keras gives it the mask of its input by itself unless it is called on further tensors, on
/// states: then the call goes without, and its outputs are under the mask all the same.
SymbolicTensors outputs_as_in_keras(LayerBase& layer, const Arguments& arguments);

/// The same in Keras 2, which gives the mask to calls with states too. Layers that join their inputs take the elements
/// whatever their masks say, and a step of the output counts where all masks that there are say so.
SymbolicTensors outputs_as_in_keras2(LayerBase& layer, const Arguments& arguments);

}  // namespace cornu::detail
