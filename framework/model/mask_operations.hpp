#pragma once
// Internal: the ops by which Keras makes the masks of a graph.
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <cornu/framework/layer/layer_call.hpp>
#include <cornu/framework/registry/config.hpp>

namespace cornu::detail {

class Graph;

/// Layers here find the masks of their inputs by themselves. Keras calls ops for it, nodes of the graph like its
/// layers: they stand in its files, and count in the order of the layers.
class MaskOperations {
 public:
  /// What an op reads, and what a mask is: a tensor of the graph, or what another op gives.
  struct Value {
    SymbolicTensor tensor = {};
    std::size_t operation = 0;  // its place, unless there is a tensor
  };

  struct Operation {
    const LayerBase* layer;  // whose output's mask it helps to make
    std::string class_name;  // in "keras.src.ops.numpy", ConvertToTensor in "keras.src.ops.core"
    Shape shape;             // of what it gives, which is bool
    std::vector<Value> reads;
    std::vector<Config::Member> options = {};
    Config number = {};  // its last argument, if it has one
  };

  /// The graph's inputs and calls must be set.
  explicit MaskOperations(const Graph& graph);

  /// In the order in which Keras makes them, those too that nobody reads.
  const std::vector<Operation>& all() const { return operations_; }

  /// What Keras gives to a call as its first argument, whose masks are the call's.
  static SymbolicTensors first_argument(const LayerCall& call);
  /// The masks that Keras gives to a call, one for each tensor of its first argument: none where the tensor has none,
  /// or it is not known how Keras makes it.
  std::vector<std::optional<Value>> read_by(const LayerCall& call) const;

 private:
  using Output = std::pair<const LayerCall*, std::size_t>;
  using Mask = std::optional<Value>;  // none if it is not known which op makes it

  void add_outputs(const LayerCall& call);
  Mask output_of(const LayerCall& call);
  Value not_equal(const LayerCall& call, Config number);
  Value any_other(const LayerCall& call);
  Mask either(const LayerCall& call);
  Mask all_behind_first(const LayerCall& call);
  Mask joined(const LayerCall& call);
  Mask part_of_join(const LayerCall& call, const SymbolicTensor& input);
  Value add(const LayerCall& call, const char* class_name, const Shape& shape, std::vector<Value> reads,
            std::vector<Config::Member> options = {});
  const Mask* mask_of(const SymbolicTensor& tensor) const;
  bool all_known(const SymbolicTensors& tensors) const;

  const Graph& graph_;
  std::vector<Operation> operations_;
  std::map<Output, Mask> masks_;  // of the outputs that have one
};

}  // namespace cornu::detail
