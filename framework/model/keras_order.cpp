#include <cornu/framework/model/keras_order.hpp>

#include <algorithm>
#include <limits>
#include <set>

#include <cornu/framework/model/tensor_config.hpp>

namespace cornu::detail {

KerasOrder::KerasOrder(const Graph& graph) : graph_(graph), masks_(graph) {
  add_nodes();
  entered_.resize(nodes_.size());
  for (const SymbolicTensor& output : graph.outputs()) walk_from(node_of(output));
  measure();
}

void KerasOrder::add_nodes() {
  for (const auto& call : graph_.calls()) {
    numbers_[call.get()] = nodes_.size();
    nodes_.push_back({call.get()});
  }
  for (Node& node : nodes_) {
    for (const SymbolicTensor& input : node.call->inputs) node.reads.push_back(node_of(input));
    for (const auto& mask : masks_.read_by(*node.call))
      if (mask) node.reads.push_back(node_of(*mask));
  }
  for (const MaskOperations::Operation& operation : masks_.all()) {
    Node node;
    for (const MaskOperations::Value& value : operation.reads) node.reads.push_back(node_of(value));
    nodes_.push_back(std::move(node));
  }
}

std::size_t KerasOrder::node_of(const SymbolicTensor& tensor) const {
  return numbers_.at(bare(graph_, tensor).body().call);
}

std::size_t KerasOrder::node_of(const MaskOperations::Value& value) const {
  return value.tensor.defined() ? node_of(value.tensor) : graph_.calls().size() + value.operation;
}

// Depth first, without recursion.
void KerasOrder::walk_from(std::size_t output) {
  enter(output);
  while (!path_.empty()) {
    const std::size_t node = path_.back().first, next = path_.back().second++;
    if (next < nodes_[node].reads.size()) {
      enter(nodes_[node].reads[next]);
    } else {
      finished_.push_back(node);
      path_.pop_back();
    }
  }
}

void KerasOrder::enter(std::size_t node) {
  if (entered_[node]) return;
  entered_[node] = true;
  if (const LayerCall* call = nodes_[node].call) met_as_.try_emplace(call->layer.get(), met_as_.size());
  path_.emplace_back(node, 0);
}

// How many nodes lie between each and the outputs; a layer is as far as the farthest of its calls before it.
void KerasOrder::measure() {
  depths_.resize(nodes_.size());
  for (auto node = finished_.rbegin(); node != finished_.rend(); ++node) {
    std::size_t& depth = depths_[*node];
    if (const LayerCall* call = nodes_[*node].call) {
      std::size_t& of_layer = layer_depths_[call->layer.get()];
      depth = of_layer = std::max(depth, of_layer);
    }
    for (const std::size_t read : nodes_[*node].reads) depths_[read] = std::max(depths_[read], depth + 1);
  }
}

KerasOrder::Place KerasOrder::place_of(const LayerBase& layer) const {
  constexpr std::size_t last = std::numeric_limits<std::size_t>::max();
  const auto met = met_as_.find(&layer);
  return met == met_as_.end() ? Place(last, last) : Place(~layer_depths_.at(&layer), met->second);
}

bool KerasOrder::depths_differ() const {
  const std::set<std::size_t> different(depths_.begin(),
                                        depths_.begin() + static_cast<std::ptrdiff_t>(numbers_.size()));
  return different.size() == numbers_.size();
}

}  // namespace cornu::detail
