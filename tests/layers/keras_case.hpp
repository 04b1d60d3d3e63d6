#pragma once
#include <string>

#include <cornu/framework/layer/layer.hpp>

namespace cornu::testing {

struct KerasCaseOptions {
  std::string fixture = "layers";  ///< tests/fixtures/<fixture>.txt
  bool training = false;
  bool reverse = false;
  bool return_attention_scores = false;
  bool use_causal_mask = false;
};

/// Holds a new layer to a case of tests/fixtures/layers.txt, or of another file: output, mask, the gradients of inputs
/// and weights, and in training the weights that the layer itself changes, are Keras's.
void check_keras_case(const std::string& name, LayerBase& layer, const KerasCaseOptions& options = {});
template <class L>
void check_keras_case(const std::string& name, L layer, const KerasCaseOptions& options = {}) {
  check_keras_case(name, static_cast<LayerBase&>(layer), options);
}

}  // namespace cornu::testing
