#pragma once
// Internal: Keras's activations in ONNX's words.
#include <optional>
#include <string>

#include <cornu/framework/onnx/onnx_graph.hpp>
#include <cornu/framework/registry/config.hpp>

namespace cornu::detail {

/// The activation of a layer's config, applied to a value. Throws ValueError for one that ONNX has no words for.
std::string onnx_activation(OnnxGraph& graph, const Config& activation, const std::string& x, DType dtype);

/// The name under which ONNX's recurrent ops know it: nothing if they do not.
std::optional<std::string> onnx_gate_activation(const Config& activation);

}  // namespace cornu::detail
