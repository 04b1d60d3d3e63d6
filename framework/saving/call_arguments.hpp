#pragma once
// Internal: what a call in the config of a graph is given.
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <cornu/framework/layer/operation.hpp>
#include <cornu/framework/layer/symbolic.hpp>
#include <cornu/framework/registry/config_view.hpp>

namespace cornu::detail {

/// A "__keras_tensor__".
inline bool is_tensor(const ConfigView& value) {
  if (!value.is_object()) return false;
  const auto name = value.find("class_name");
  return name && name->is_string() && name->as_string() == "__keras_tensor__";
}

/// The arguments of one call.
struct Arguments {
  SymbolicTensors inputs, masks;
  CallArguments others = {};
  std::string refusal = {};                               // of an op that makes one of the inputs
  std::map<std::size_t, std::string> mask_refusals = {};  // of ops that make masks, by the inputs' places
  std::vector<OperationArgument> of_operation;
  bool is_walked_otherwise = false;  // Keras walks the inputs in the order of their keywords, which is another
};

/// What the tensors of a config stand for.
struct GraphTensors {
  std::function<SymbolicTensor(const ConfigView&)> tensor;  // undefined where an op that makes it cannot run
  std::function<std::string(const ConfigView&)> refusal;    // why it cannot
};

/// Of a call of that layer, or of an op if there is none. Throws FileError for an argument that is not known.
Arguments read_arguments(const ConfigView& node, const LayerBase* layer, const GraphTensors& tensors);

}  // namespace cornu::detail
