#pragma once
// Internal: what the config of a graph lists.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/layer/mask_change.hpp>
#include <cornu/framework/model/model.hpp>
#include <cornu/framework/registry/config_view.hpp>

namespace cornu::detail {

/// A layer or an op of the config, and the outputs of each of its calls.
struct Entry {
  ConfigView object;
  std::string name;
  std::shared_ptr<LayerBase> layer;  // null for an op
  std::vector<ConfigView> nodes;     // its calls
  std::vector<SymbolicTensors> outputs = {};
  std::string refusal = {};  // why an op cannot run; its outputs are undefined tensors
  std::size_t missing = 0;   // tensors that its next call waits for

  bool is_done() const { return outputs.size() >= nodes.size(); }
};

/// The place of an entry, and which of its calls.
using Call = std::pair<std::size_t, std::size_t>;

inline bool is_operation(const ConfigView& object) {
  const auto module = object.find("module");
  return module && module->is_string() && module->as_string().starts_with("keras.src.ops.");
}

inline std::optional<std::int64_t> batch_of(const Shape& shape) {
  return shape[0] == None ? std::nullopt : std::optional(shape[0]);
}

}  // namespace cornu::detail
