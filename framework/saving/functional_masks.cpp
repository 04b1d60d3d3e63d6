#include <cornu/framework/saving/functional_masks.hpp>

#include <cornu/framework/layer/keras_masking.hpp>
#include <cornu/framework/layer/layer_call.hpp>

namespace cornu::detail {

SymbolicTensors outputs_as_in_keras(LayerBase& layer, const Arguments& arguments) {
  const SymbolicTensor& first = arguments.inputs[0];
  const bool has_states = !layer.keyword_of_further_inputs().empty() && arguments.inputs.size() > 1;
  const bool is_named =
      (!arguments.masks.empty() && arguments.masks[0].defined()) || arguments.mask_refusals.contains(0);
  const SymbolicTensors masked = layer.all_outputs(arguments.inputs, arguments.others);
  if (!has_states || is_named || !first.body().mask) return masked;
  SymbolicTensors inputs = arguments.inputs;
  inputs[0] = std::make_shared<WithoutMask>()->all_outputs(first)[0];
  SymbolicTensors outputs = layer.all_outputs(inputs, arguments.others);
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (masked[i].body().mask) outputs[i] = std::make_shared<UnderMaskOf>()->all_outputs({outputs[i], first})[0];
  return outputs;
}

namespace {

// Whether the elements of the inputs lie beside each other in the output, or are added, multiplied ….
bool joins_elements(const LayerBase& layer, const SymbolicTensors& inputs) {
  const KerasMasking::Output kind = keras_masking(layer).output;
  if (kind != KerasMasking::Output::joined) return kind == KerasMasking::Output::either;
  const std::int64_t axis = layer.get_config()["axis"].as_int();
  return axis == -1 || axis == static_cast<std::int64_t>(inputs[0].shape().rank()) - 1;
}

}  // namespace

SymbolicTensors outputs_as_in_keras2(LayerBase& layer, const Arguments& arguments) {
  SymbolicTensors masked, bare;
  for (const SymbolicTensor& input : arguments.inputs) {
    if (input.body().mask) masked.push_back(input);
    bare.push_back(input.body().mask ? std::make_shared<WithoutMask>()->all_outputs(input)[0] : input);
  }
  if (masked.empty() || !joins_elements(layer, arguments.inputs))
    return layer.all_outputs(arguments.inputs, arguments.others);
  SymbolicTensors joined = layer.all_outputs(bare);
  for (const SymbolicTensor& input : masked) joined.push_back(input);
  return std::make_shared<UnderMaskOf>()->all_outputs(joined);
}

}  // namespace cornu::detail
