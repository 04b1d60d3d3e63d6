#pragma once
#include <string>

#include <cornu/framework/layer/layer.hpp>

namespace cornu::testing {

/// Holds a new layer to a case of tests/fixtures/layers.txt: output, mask, and the gradients of inputs and weights are
/// Keras's.
void check_keras_case(const std::string& name, LayerBase& layer);
template <class L>
void check_keras_case(const std::string& name, L layer) {
  check_keras_case(name, static_cast<LayerBase&>(layer));
}

}  // namespace cornu::testing
