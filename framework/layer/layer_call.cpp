#include <cornu/framework/layer/layer_call.hpp>

#include <fmt/core.h>

#include <atomic>
#include <utility>

#include <cornu/framework/base/errors.hpp>

namespace cornu::detail {

namespace {
std::atomic<std::uint64_t> calls = 0;
}

LayerCall::LayerCall(std::shared_ptr<LayerBase> called, SymbolicTensors on, CallArguments with)
    : layer(std::move(called)), inputs(std::move(on)), arguments(with), number(++calls) {}

// Without recursion: a chain may be long.
LayerCall::~LayerCall() {
  SymbolicTensors pending = std::move(inputs);
  while (!pending.empty()) {
    const SymbolicTensor last = pending.pop_back();
    if (!last.is_last_handle()) continue;
    SymbolicTensors& further = last.body().call->inputs;
    while (!further.empty()) pending.push_back(further.pop_back());
  }
}

SymbolicTensors outputs_of(const std::shared_ptr<LayerCall>& call) {
  SymbolicTensors all;
  for (const SymbolicBody& output : call->outputs)
    all.push_back(SymbolicTensor(std::shared_ptr<const SymbolicBody>(call, &output)));
  return all;
}

void require_masking(const std::string& where, const LayerBase& layer, const std::string& mask_maker) {
  if (!layer.takes_masks())
    throw StateError(where,
                     fmt::format("{} cannot take the mask that {} made; got a mask before a layer that would count the "
                                 "padding; put layers::GlobalAveragePooling1D(), which leaves it out, or "
                                 "layers::DropMask() in between, or use mask_zero = false",
                                 layer.place(), mask_maker));
}

namespace {

// The mask of an output was made by whoever made those of the inputs, or else here.
const LayerBase* mask_maker_of(const LayerCall& call) {
  for (const SymbolicTensor& input : call.inputs)
    if (input.body().mask) return input.body().mask_maker;
  return call.layer.get();
}

}  // namespace

void infer_outputs(LayerCall& call) {
  Tensors tensors;
  Masks masks;
  for (const SymbolicTensor& input : call.inputs) {
    tensors.push_back(Tensor::symbolic(input.shape(), input.dtype()));
    masks.push_back(input.body().mask);
  }
  CallContext context = context_of(call.arguments, false);
  context.masks = std::move(masks);
  const auto [outputs, output_masks] = call.layer->apply(tensors, context);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Mask& mask = mask_at(output_masks, i);
    call.outputs.push_back(
        {outputs[i].shape(), outputs[i].dtype(), mask, mask ? mask_maker_of(call) : nullptr, &call, i});
  }
}

}  // namespace cornu::detail
