#pragma once
// Internal: the tensors of a graph in its config.
#include <cornu/framework/layer/mask_change.hpp>
#include <cornu/framework/layer/symbolic.hpp>
#include <cornu/framework/model/graph.hpp>

namespace cornu::detail {

/// The layer that put a tensor under a mask, or null.
const UnderMask* under_mask(const SymbolicTensor& tensor);

/// The tensor as its layer made it, before calls put it under other masks.
SymbolicTensor bare(const Graph& graph, SymbolicTensor tensor);

/// ["embedding", 1, 0] is the first output of the embedding's second call.
Config history_of(const Graph& graph, const SymbolicTensor& tensor);

/// A "__keras_tensor__" with such a history.
Config tensor_config(const Shape& shape, DType dtype, Config history);
/// That of a tensor of the graph, without the masks that calls put it under.
Config tensor_config(const Graph& graph, const SymbolicTensor& tensor);

}  // namespace cornu::detail
