#include <cornu/framework/onnx/onnx_layers.hpp>

#include <algorithm>
#include <iterator>

namespace cornu::detail {

namespace {

struct Row {
  std::string_view class_name;
  OnnxExporter exporter;
};

constexpr Row table[] = {
    {"Activation", onnx_activation_layer},
    {"Add", onnx_merge},
    {"Average", onnx_merge},
    {"Bidirectional", onnx_bidirectional},
    {"Concatenate", onnx_concatenate},
    {"Dense", onnx_dense},
    {"Dot", onnx_dot},
    {"DropMask", onnx_drop_mask},
    {"Dropout", onnx_identity},
    {"Embedding", onnx_embedding},
    {"EmbeddingBag", onnx_embedding_bag},
    {"EmbeddingDot", onnx_embedding_dot},
    {"Flatten", onnx_flatten},
    {"GRU", onnx_recurrent_layer},
    {"GlobalAveragePooling1D", onnx_global_average_pooling1d},
    {"LSTM", onnx_recurrent_layer},
    {"Maximum", onnx_merge},
    {"Minimum", onnx_merge},
    {"Multiply", onnx_merge},
    {"RNN", onnx_recurrent_layer},
    {"Reshape", onnx_reshape},
    {"SimpleRNN", onnx_recurrent_layer},
    {"Subtract", onnx_merge},
};

}  // namespace

OnnxExporter onnx_exporter_of(std::string_view class_name) {
  const auto found =
      std::find_if(std::begin(table), std::end(table), [&](const Row& row) { return row.class_name == class_name; });
  return found == std::end(table) ? nullptr : found->exporter;
}

std::string OnnxCall::x(std::size_t i) const {
  const OnnxValue& input = inputs[i];
  return input.dtype == layer.dtype() ? input.name : graph.cast(input.name, layer.dtype());
}

}  // namespace cornu::detail
