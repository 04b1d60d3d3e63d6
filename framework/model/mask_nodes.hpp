#pragma once
// Internal: the ops by which Keras makes the masks of a graph, in its config.
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include <cornu/framework/model/graph.hpp>
#include <cornu/framework/model/mask_operations.hpp>

namespace cornu::detail {

/// In Keras's files a call names the masks that it is given, and the ops that make them stand between the layers. A
/// file without them can be read as well: Keras then makes the ops anew, but with the first free name of their kind,
/// "concatenate", which a layer of the file may have.
class MaskNodes {
 public:
  /// Names the ops as Keras does, "not_equal", "not_equal_1", … in the order of the calls, where no layer has the name.
  explicit MaskNodes(const Graph& graph);

  /// What Keras adds to the keywords of a call because of masks, {"mask": …}: one, or a list with null where an input
  /// has none. Empty if it gives none, and where it is not known how Keras makes them.
  Config keywords_of(const LayerCall& call);

  /// The entries of the graph's config that make the masks which calls have read, by the layers that they follow.
  std::vector<Config> entries_after(const LayerBase& layer) const;

 private:
  std::string free_name(const std::string& class_name) const;
  Config config_of(const MaskOperations::Value& value) const;
  Config entry_of(std::size_t operation) const;
  void mark_as_read(const MaskOperations::Value& value);

  const Graph& graph_;
  MaskOperations masks_;
  std::set<std::string> taken_;  // names of layers and ops
  std::vector<std::string> names_;
  std::vector<bool> is_read_;
};

}  // namespace cornu::detail
