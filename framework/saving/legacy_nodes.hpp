#pragma once
// Internal: the calls of layers in configs of `.h5` files.
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/registry/config_view.hpp>

namespace cornu::detail {

/// "a/b/kernel:0" → a, b, kernel. At least one part.
std::vector<std::string_view> parts_of_path(std::string_view path);

/// The calls of a graph's config in Keras 3's form. Keras 2 has a list for each call, of [layer, call, output, {further
/// arguments}] for each tensor that it reads; newer files may hold Keras 3's form already, which stays.
class LegacyNodes {
 public:
  /// Some versions count the calls of a model within the graph from 1, because it was called once when it was made;
  /// which do, the calls that are named tell.
  explicit LegacyNodes(const ConfigView& graph);

  /// The member inbound_nodes of a layer.
  Config calls(const ConfigView& inbound_nodes) const;
  /// The member input_layers or output_layers of the graph.
  Config ends(const ConfigView& tensors) const;

 private:
  Config call(const ConfigView& node) const;
  Config keyword(const ConfigView& value) const;
  Config history(const ConfigView& tensor) const;
  Config tensor(const ConfigView& tensor) const;

  std::set<std::string> count_from_1_;  // models
};

}  // namespace cornu::detail
