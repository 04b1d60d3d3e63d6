#include <cornu/framework/saving/saved_layers.hpp>

#include <fmt/core.h>

#include <set>

#include <cornu/framework/base/class_name.hpp>
#include <cornu/framework/layer/mask_change.hpp>
#include <cornu/framework/layer/operation.hpp>
#include <cornu/framework/model/sequential.hpp>

namespace cornu::detail {

std::string ContainerNames::next(std::string_view class_name) {
  const std::string name = to_snake_case(class_name);
  const int before = counts_[name]++;
  return before == 0 ? name : fmt::format("{}_{}", name, before);
}

namespace {

// "cells/0" is the first item of the list that an attribute "cells" holds.
std::string list_of(const std::string& attribute) {
  const std::size_t slash = attribute.find('/');
  return slash == std::string::npos ? "" : attribute.substr(0, slash);
}

// Ops between layers have no groups in a file.
bool is_operation(const LayerBase& layer) {
  return dynamic_cast<const Operation*>(&layer) || dynamic_cast<const MaskChange*>(&layer);
}

class Walk {
 public:
  std::vector<SavedLayer> found;

  void visit(const std::string& path, const LayerBase& layer) {
    if (!visited_.insert(&layer).second) return;
    found.push_back({path, &layer});
    if (const auto* model = dynamic_cast<const Model*>(&layer))
      visit_container(path + "/layers", *model);
    else
      visit_attributes(path, layer);
  }

 private:
  // The input layer of a Sequential is not among its layers, in a file as here.
  void visit_container(const std::string& path, const Model& model) {
    ContainerNames names;
    for (const auto& layer : model.layers())
      if (!is_operation(*layer)) visit(path + "/" + names.next(layer->class_name()), *layer);
  }

  void visit_attributes(const std::string& path, const LayerBase& layer) {
    std::map<std::string, ContainerNames> lists;
    for (const auto& [attribute, inner] : layer.sublayers()) {
      const std::string list = list_of(attribute);
      visit(list.empty() ? path + "/" + attribute : path + "/" + list + "/" + lists[list].next(inner->class_name()),
            *inner);
    }
  }

  std::set<const LayerBase*> visited_;
};

}  // namespace

std::vector<SavedLayer> saved_layers(const LayerBase& model) {
  Walk walk;
  walk.visit("", model);
  return walk.found;
}

}  // namespace cornu::detail
