#pragma once
// Internal: what a layer computes, in ONNX's words.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/layer/layer.hpp>
#include <cornu/framework/onnx/onnx_graph.hpp>

namespace cornu::detail {

/// One call of a layer in the graph.
struct OnnxCall {
  OnnxGraph& graph;
  const LayerBase& layer;
  Config config;  ///< the layer's
  std::vector<OnnxValue> inputs;
  std::vector<OnnxValue> outputs;  ///< shapes and dtypes are known, names and masks are to be found
  CallArguments arguments = {};    ///< of the call

  /// An input in the dtype that the layer computes in.
  std::string x(std::size_t i = 0) const;
  std::size_t rank(std::size_t i = 0) const { return inputs[i].shape.rank(); }
  /// Names the output, which is under the mask of the input.
  void give(std::string name);
  /// A weight of the layer by its name; none if it has no such weight.
  std::optional<Tensor> weight(std::string_view name) const;
  /// The option `axis`, a number or a list, counted from the front.
  std::vector<std::int64_t> axes() const;
  bool is_channels_first() const;
};

/// Writes the nodes of a call and names its outputs. Throws ValueError for options that ONNX has no words for.
using OnnxExporter = void (*)(OnnxCall& call);

/// The exporter of a class of layers: null where there is none.
OnnxExporter onnx_exporter_of(std::string_view class_name);

void onnx_activation_layer(OnnxCall& call);
void onnx_dense(OnnxCall& call);
void onnx_embedding(OnnxCall& call);
void onnx_embedding_bag(OnnxCall& call);
void onnx_embedding_dot(OnnxCall& call);
void onnx_flatten(OnnxCall& call);
void onnx_global_average_pooling1d(OnnxCall& call);
void onnx_identity(OnnxCall& call);
void onnx_drop_mask(OnnxCall& call);
void onnx_reshape(OnnxCall& call);

void onnx_einsum_dense(OnnxCall& call);
void onnx_masking(OnnxCall& call);
void onnx_reversible_embedding(OnnxCall& call);

void onnx_elu_layer(OnnxCall& call);
void onnx_leaky_relu_layer(OnnxCall& call);
void onnx_prelu_layer(OnnxCall& call);
void onnx_relu_layer(OnnxCall& call);
void onnx_softmax_layer(OnnxCall& call);

void onnx_batch_normalization(OnnxCall& call);
void onnx_group_normalization(OnnxCall& call);
void onnx_layer_normalization(OnnxCall& call);
void onnx_rms_normalization(OnnxCall& call);
void onnx_spectral_normalization(OnnxCall& call);
void onnx_unit_normalization(OnnxCall& call);

void onnx_cropping(OnnxCall& call);
void onnx_permute(OnnxCall& call);
void onnx_repeat_vector(OnnxCall& call);
void onnx_up_sampling(OnnxCall& call);
void onnx_zero_padding(OnnxCall& call);

void onnx_headed_attention(OnnxCall& call);
void onnx_scored_attention(OnnxCall& call);

void onnx_category_encoding(OnnxCall& call);
void onnx_discretization(OnnxCall& call);
void onnx_integer_lookup(OnnxCall& call);
void onnx_normalization(OnnxCall& call);
void onnx_rescaling(OnnxCall& call);

void onnx_time_distributed(OnnxCall& call);

void onnx_average_pooling(OnnxCall& call);
void onnx_conv(OnnxCall& call);
void onnx_conv_lstm(OnnxCall& call);
void onnx_conv_transpose(OnnxCall& call);
void onnx_depthwise_conv(OnnxCall& call);
void onnx_global_average_pooling(OnnxCall& call);
void onnx_global_max_pooling(OnnxCall& call);
void onnx_max_pooling(OnnxCall& call);
void onnx_separable_conv(OnnxCall& call);

void onnx_merge(OnnxCall& call);
void onnx_concatenate(OnnxCall& call);
void onnx_dot(OnnxCall& call);

void onnx_recurrent_layer(OnnxCall& call);
/// Throws ValueError for the config of a recurrent layer that keeps its states.
void onnx_require_stateless(const Config& config);
void onnx_bidirectional(OnnxCall& call);

/// A node of keras.ops.
void onnx_operation(OnnxCall& call);

}  // namespace cornu::detail
