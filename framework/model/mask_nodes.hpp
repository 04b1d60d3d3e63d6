#pragma once
// Internal: the ops by which Keras makes the masks of a graph.
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/layer/layer_call.hpp>
#include <cornu/framework/model/graph.hpp>

namespace cornu::detail {

/// Layers here find the masks of their inputs by themselves. Keras calls ops for it, which stand in its files between
/// the layers, and a call names the masks that it is given. A file without them can be read as well: Keras then makes
/// the ops anew, but with the first free name of their kind, "concatenate", which a layer of the file may have.
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
  using Output = std::pair<const LayerCall*, std::size_t>;
  // A mask as a call reads it; null if it is not known which op makes it.
  using Masks = std::map<Output, Config>;

  struct Operation {
    const LayerBase* after;
    Config entry;
    bool is_read = false;
  };

  void add_outputs(const LayerCall& call);
  Config output_of(const LayerCall& call);
  Config non_zero(const LayerCall& call);
  Config either(const LayerCall& call);
  Config joined(const LayerCall& call);
  Config part_of_join(const LayerCall& call, const SymbolicTensor& input);
  Config add(const LayerCall& call, std::string class_name, const Shape& shape, std::vector<Config> arguments,
             std::vector<Config::Member> options = {});
  std::string free_name(const std::string& class_name) const;
  const Config* mask_of(const SymbolicTensor& tensor) const;
  bool all_known(const SymbolicTensors& tensors) const;
  std::vector<Config> masks_of(const SymbolicTensors& tensors) const;
  void mark_as_read(Config value);

  const Graph& graph_;
  std::set<std::string> names_;  // of layers and ops
  std::vector<Operation> operations_;
  std::map<std::string, std::size_t> places_;  // of the ops, by name
  Masks masks_;                                // of the outputs that have one
};

}  // namespace cornu::detail
