#pragma once
// Internal: the order of a graph's layers in Keras, by which files number them.
#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include <cornu/framework/model/graph.hpp>
#include <cornu/framework/model/mask_operations.hpp>

namespace cornu::detail {

/// The farther from the outputs the earlier, then as one meets them walking from there: over the calls of the layers,
/// and the ops that make masks.
class KerasOrder {
 public:
  /// The graph's inputs, outputs and calls must be set.
  explicit KerasOrder(const Graph& graph);

  /// Of layers that Keras does not have, MaskChange, neither is before the other; all others are before them.
  bool is_before(const LayerBase& a, const LayerBase& b) const { return place_of(a) < place_of(b); }
  /// Whether no two calls are equally far from the outputs.
  bool depths_differ() const;

 private:
  using Place = std::pair<std::size_t, std::size_t>;

  // A call or an op. Nodes are numbered: the ops of masks behind the calls.
  struct Node {
    const LayerCall* call = nullptr;
    std::vector<std::size_t> reads = {};
  };

  void add_nodes();
  std::size_t node_of(const SymbolicTensor& tensor) const;
  std::size_t node_of(const MaskOperations::Value& value) const;
  void walk_from(std::size_t output);
  void enter(std::size_t node);
  void measure();
  Place place_of(const LayerBase& layer) const;

  const Graph& graph_;
  MaskOperations masks_;
  std::vector<Node> nodes_;
  std::map<const LayerCall*, std::size_t> numbers_;        // of the calls' nodes
  std::vector<std::pair<std::size_t, std::size_t>> path_;  // nodes, and what is to be looked at next of what they read
  std::vector<bool> entered_;
  std::vector<std::size_t> finished_;  // each after those that it reads
  std::vector<std::size_t> depths_;
  std::map<const LayerBase*, std::size_t> met_as_, layer_depths_;
};

}  // namespace cornu::detail
