#pragma once
// Internal: where the weights of a model's layers stand in a Keras file.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/layer/layer.hpp>

namespace cornu::detail {

/// A layer, or a layer within it, and the group of the file that holds its own weights: path + "/vars".
struct SavedLayer {
  std::string path;  // "" for the model itself
  const LayerBase* layer;
};

/// Every layer of a model once, in Keras's order. A group's name comes from the class, not from the layer's name: the
/// third Dense of a container is "dense_2". Layers within a layer go by the attribute that holds them.
std::vector<SavedLayer> saved_layers(const LayerBase& model);

/// Names of one container: "dense", "dense_1", ….
class ContainerNames {
 public:
  std::string next(std::string_view class_name);

 private:
  std::map<std::string, int> counts_;
};

}  // namespace cornu::detail
