#pragma once
#include <string_view>
#include <vector>

#include <cornu/framework/checks/check_layer.hpp>

namespace cornu::testing {

/// A layer with inputs that it takes, none of its options at its default as far as they go together.
struct LayerExample {
  std::string_view class_name;  ///< as files have it
  LayerMaker make;
  Tensors inputs;
};

/// One or more for each class of layers/by_name.
std::vector<LayerExample> layer_examples();

}  // namespace cornu::testing
