#include <cornu/framework/model/mask_operations.hpp>

#include <algorithm>

#include <cornu/framework/layer/keras_masking.hpp>
#include <cornu/framework/layer/mask_change.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/model/tensor_config.hpp>

namespace cornu::detail {

namespace {

// A model's call takes a mask in Keras, and the model is not said to hand one on.
KerasMasking masking_of(const LayerBase& layer) {
  return dynamic_cast<const Model*>(&layer) ? KerasMasking{.takes_mask = true} : keras_masking(layer);
}

}  // namespace

MaskOperations::MaskOperations(const Graph& graph) : graph_(graph) {
  for (const auto& call : graph.calls()) add_outputs(*call);
}

SymbolicTensors MaskOperations::first_argument(const LayerCall& call) {
  return call.layer->keyword_of_further_inputs().empty() ? call.inputs : SymbolicTensors(call.inputs[0]);
}

void MaskOperations::add_outputs(const LayerCall& call) {
  const bool has_any = std::any_of(call.outputs.begin(), call.outputs.end(),
                                   [](const SymbolicBody& output) { return output.mask.has_value(); });
  if (!has_any || call.inputs.empty()) return;
  const Mask mask = output_of(call);
  for (std::size_t i = 0; i < call.outputs.size(); ++i)
    if (call.outputs[i].mask) masks_.insert({{&call, i}, mask});
}

MaskOperations::Mask MaskOperations::output_of(const LayerCall& call) {
  const SymbolicTensor& first = call.inputs[0];
  const auto of = [this](const SymbolicTensor& tensor) {
    const Mask* mask = mask_of(tensor);
    return mask ? *mask : std::nullopt;
  };
  if (dynamic_cast<const UnderMask*>(call.layer.get())) return Value{call.inputs[1]};
  if (dynamic_cast<const UnderMaskOf*>(call.layer.get())) return all_behind_first(call);
  const KerasMasking::Output kind = masking_of(*call.layer).output;
  if (kind == KerasMasking::Output::non_zero) return not_equal(call, 0);
  if (kind == KerasMasking::Output::any_other) return any_other(call);
  if (kind == KerasMasking::Output::unknown || !all_known(first_argument(call))) return std::nullopt;
  if (kind == KerasMasking::Output::either) return either(call);
  if (kind == KerasMasking::Output::joined) return joined(call);
  const Mask passed = of(first);
  if (kind != KerasMasking::Output::converted || !passed) return passed;
  return add(call, "ConvertToTensor", call.outputs[0].mask->shape(), {*passed},
             {{"dtype", nullptr}, {"sparse", nullptr}, {"ragged", nullptr}});
}

MaskOperations::Value MaskOperations::not_equal(const LayerCall& call, Config number) {
  const Value value = add(call, "NotEqual", call.inputs[0].shape(), {{call.inputs[0]}});
  operations_.back().number = std::move(number);
  return value;
}

MaskOperations::Value MaskOperations::any_other(const LayerCall& call) {
  const Value others = not_equal(call, call.layer->get_config()["mask_value"]);
  return add(call, "Any", call.outputs[0].mask->shape(), {others}, {{"axis", -1}, {"keepdims", false}});
}

MaskOperations::Mask MaskOperations::either(const LayerCall& call) {
  Mask any;
  for (const SymbolicTensor& input : call.inputs) {
    const Mask* mask = mask_of(input);
    if (!mask) return std::nullopt;
    any = any ? add(call, "LogicalOr", call.outputs[0].mask->shape(), {*any, **mask}) : *mask;
  }
  return any;
}

MaskOperations::Mask MaskOperations::all_behind_first(const LayerCall& call) {
  Mask all;
  for (std::size_t i = 1; i < call.inputs.size(); ++i) {
    const Mask* mask = mask_of(call.inputs[i]);
    if (!mask || !*mask) return std::nullopt;
    if (!all) {
      all = *mask;
      continue;
    }
    all = add(call, "LogicalAnd", call.outputs[0].mask->shape(), {*all, **mask});
    operations_.back().layer = bare(graph_, call.inputs[0]).body().call->layer.get();  // the call's own is in no file
  }
  return all;
}

MaskOperations::Mask MaskOperations::joined(const LayerCall& call) {
  std::vector<Value> parts;
  for (const SymbolicTensor& input : call.inputs) {
    const Mask part = part_of_join(call, input);
    if (!part) return std::nullopt;
    parts.push_back(*part);
  }
  const Config axis = call.layer->get_config()["axis"];
  const Value wide = add(call, "Concatenate", call.outputs[0].shape, std::move(parts), {{"axis", axis}});
  return add(call, "Any", call.outputs[0].mask->shape(), {wide}, {{"axis", -1}, {"keepdims", false}});
}

// As large as the input. Keras can do that for masks with an axis less.
MaskOperations::Mask MaskOperations::part_of_join(const LayerCall& call, const SymbolicTensor& input) {
  const Shape& shape = input.shape();
  const Mask* mask = mask_of(input);
  if (!mask) return add(call, "OnesLike", shape, {{input}}, {{"dtype", "bool"}});
  const Shape& steps = input.body().mask->shape();
  if (steps.rank() == shape.rank()) return *mask;
  if (steps.rank() + 1 != shape.rank()) return std::nullopt;
  const Value narrow = add(call, "ExpandDims", steps.inserted(steps.rank(), 1), {**mask}, {{"axis", -1}});
  const Value none = add(call, "ZerosLike", shape, {{input}}, {{"dtype", "bool"}});
  return add(call, "LogicalOr", shape, {narrow, none});
}

MaskOperations::Value MaskOperations::add(const LayerCall& call, const char* class_name, const Shape& shape,
                                          std::vector<Value> reads, std::vector<Config::Member> options) {
  operations_.push_back({call.layer.get(), class_name, shape, std::move(reads), std::move(options)});
  return {{}, operations_.size() - 1};
}

// Null for a tensor that has none.
const MaskOperations::Mask* MaskOperations::mask_of(const SymbolicTensor& tensor) const {
  const SymbolicBody& body = graph_.resolved(tensor).body();
  const auto found = masks_.find({body.call, body.index});
  return found == masks_.end() ? nullptr : &found->second;
}

bool MaskOperations::all_known(const SymbolicTensors& tensors) const {
  return std::all_of(tensors.begin(), tensors.end(), [this](const SymbolicTensor& tensor) {
    const Mask* mask = mask_of(tensor);
    return !mask || mask->has_value();
  });
}

std::vector<std::optional<MaskOperations::Value>> MaskOperations::read_by(const LayerCall& call) const {
  if (call.inputs.empty()) return {};
  const SymbolicTensors inputs = first_argument(call);
  const bool takes_all = masking_of(*call.layer).takes_mask && all_known(inputs);
  std::vector<Mask> masks;
  for (const SymbolicTensor& input : inputs) {
    const Mask* mask = takes_all || under_mask(graph_.resolved(input)) ? mask_of(input) : nullptr;
    masks.push_back(mask ? *mask : std::nullopt);
  }
  return masks;
}

}  // namespace cornu::detail
