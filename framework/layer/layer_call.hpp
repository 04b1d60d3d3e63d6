#pragma once
// Internal: what a graph of layers is made of.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/layer/symbolic.hpp>

namespace cornu::detail {

struct LayerCall;

/// What a SymbolicTensor points to: one output of a call.
struct SymbolicBody {
  Shape shape;
  DType dtype = DType::float32;
  Mask mask = {};                         // symbolic; none if the output has none
  const LayerBase* mask_maker = nullptr;  // of a call before this one, or its own
  LayerCall* call = nullptr;
  std::size_t index = 0;  // among the call's outputs
};

/// One call of a layer. A layer that is called twice has two; Input's have no inputs.
struct LayerCall : std::enable_shared_from_this<LayerCall> {
  std::shared_ptr<LayerBase> layer;
  SymbolicTensors inputs;
  std::vector<SymbolicBody> outputs;
  CallArguments arguments;
  std::uint64_t number = 0;  // in the order of the calls

  LayerCall(std::shared_ptr<LayerBase> layer, SymbolicTensors inputs, CallArguments arguments = {});
  ~LayerCall();
  LayerCall(const LayerCall&) = delete;
  LayerCall& operator=(const LayerCall&) = delete;
};

/// The call's outputs; each keeps it alive.
SymbolicTensors outputs_of(const std::shared_ptr<LayerCall>& call);

/// Makes the outputs of a call whose inputs are set: the layer runs on tensors without elements.
void infer_outputs(LayerCall& call);

/// Throws StateError when a mask reaches a layer that would count the padding.
void require_masking(const std::string& where, const LayerBase& layer, const std::string& mask_maker);

}  // namespace cornu::detail
