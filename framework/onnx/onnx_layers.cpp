#include <cornu/framework/onnx/onnx_layers.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace cornu::detail {

namespace {

struct Row {
  std::string_view class_name;
  OnnxExporter exporter;
};

constexpr Row table[] = {
    {"Activation", onnx_activation_layer},
    {"ActivityRegularization", onnx_identity},
    {"Add", onnx_merge},
    {"AdditiveAttention", onnx_scored_attention},
    {"AlphaDropout", onnx_identity},
    {"Attention", onnx_scored_attention},
    {"Average", onnx_merge},
    {"AveragePooling1D", onnx_average_pooling},
    {"AveragePooling2D", onnx_average_pooling},
    {"AveragePooling3D", onnx_average_pooling},
    {"BatchNormalization", onnx_batch_normalization},
    {"Bidirectional", onnx_bidirectional},
    {"CategoryEncoding", onnx_category_encoding},
    {"Concatenate", onnx_concatenate},
    {"Conv1D", onnx_conv},
    {"Conv1DTranspose", onnx_conv_transpose},
    {"Conv2D", onnx_conv},
    {"Conv2DTranspose", onnx_conv_transpose},
    {"Conv3D", onnx_conv},
    {"Conv3DTranspose", onnx_conv_transpose},
    {"ConvLSTM1D", onnx_conv_lstm},
    {"ConvLSTM2D", onnx_conv_lstm},
    {"ConvLSTM3D", onnx_conv_lstm},
    {"Cropping1D", onnx_cropping},
    {"Cropping2D", onnx_cropping},
    {"Cropping3D", onnx_cropping},
    {"Dense", onnx_dense},
    {"DepthwiseConv1D", onnx_depthwise_conv},
    {"DepthwiseConv2D", onnx_depthwise_conv},
    {"Discretization", onnx_discretization},
    {"Dot", onnx_dot},
    {"DropMask", onnx_drop_mask},
    {"Dropout", onnx_identity},
    {"ELU", onnx_elu_layer},
    {"EinsumDense", onnx_einsum_dense},
    {"Embedding", onnx_embedding},
    {"EmbeddingBag", onnx_embedding_bag},
    {"EmbeddingDot", onnx_embedding_dot},
    {"Flatten", onnx_flatten},
    {"GRU", onnx_recurrent_layer},
    {"GaussianDropout", onnx_identity},
    {"GaussianNoise", onnx_identity},
    {"GlobalAveragePooling1D", onnx_global_average_pooling1d},
    {"GlobalAveragePooling2D", onnx_global_average_pooling},
    {"GlobalAveragePooling3D", onnx_global_average_pooling},
    {"GlobalMaxPooling1D", onnx_global_max_pooling},
    {"GlobalMaxPooling2D", onnx_global_max_pooling},
    {"GlobalMaxPooling3D", onnx_global_max_pooling},
    {"GroupNormalization", onnx_group_normalization},
    {"GroupQueryAttention", onnx_headed_attention},
    {"GroupedQueryAttention", onnx_headed_attention},
    {"Identity", onnx_identity},
    {"IntegerLookup", onnx_integer_lookup},
    {"LSTM", onnx_recurrent_layer},
    {"LayerNormalization", onnx_layer_normalization},
    {"LeakyReLU", onnx_leaky_relu_layer},
    {"Masking", onnx_masking},
    {"MaxPooling1D", onnx_max_pooling},
    {"MaxPooling2D", onnx_max_pooling},
    {"MaxPooling3D", onnx_max_pooling},
    {"Maximum", onnx_merge},
    {"Minimum", onnx_merge},
    {"MultiHeadAttention", onnx_headed_attention},
    {"Multiply", onnx_merge},
    {"Normalization", onnx_normalization},
    {"PReLU", onnx_prelu_layer},
    {"Permute", onnx_permute},
    {"RMSNormalization", onnx_rms_normalization},
    {"RNN", onnx_recurrent_layer},
    {"ReLU", onnx_relu_layer},
    {"RepeatVector", onnx_repeat_vector},
    {"Rescaling", onnx_rescaling},
    {"Reshape", onnx_reshape},
    {"ReversibleEmbedding", onnx_reversible_embedding},
    {"SeparableConv1D", onnx_separable_conv},
    {"SeparableConv2D", onnx_separable_conv},
    {"SimpleRNN", onnx_recurrent_layer},
    {"Softmax", onnx_softmax_layer},
    {"SpatialDropout1D", onnx_identity},
    {"SpatialDropout2D", onnx_identity},
    {"SpatialDropout3D", onnx_identity},
    {"SpectralNormalization", onnx_spectral_normalization},
    {"Subtract", onnx_merge},
    {"TimeDistributed", onnx_time_distributed},
    {"UnitNormalization", onnx_unit_normalization},
    {"UpSampling1D", onnx_up_sampling},
    {"UpSampling2D", onnx_up_sampling},
    {"UpSampling3D", onnx_up_sampling},
    {"ZeroPadding1D", onnx_zero_padding},
    {"ZeroPadding2D", onnx_zero_padding},
    {"ZeroPadding3D", onnx_zero_padding},
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

void OnnxCall::give(std::string name) {
  outputs[0].name = std::move(name);
  outputs[0].mask = inputs[0].mask;
}

std::optional<Tensor> OnnxCall::weight(std::string_view name) const {
  for (const Variable& weight : layer.own_weights())
    if (weight.name() == name) return weight.value();
  return std::nullopt;
}

std::vector<std::int64_t> OnnxCall::axes() const {
  const Config& axis = config["axis"];
  std::vector<std::int64_t> axes;
  const auto add = [&](const Config& one) {
    axes.push_back(static_cast<std::int64_t>(inputs[0].shape.normalize_axis(one.as_int())));
  };
  if (!axis.is_list()) add(axis);
  if (axis.is_list())
    for (const Config& one : axis.as_list()) add(one);
  return axes;
}

bool OnnxCall::is_channels_first() const {
  const Config& format = config["data_format"];
  return format.is_string() && format.as_string() == "channels_first" && rank() > 2;
}

}  // namespace cornu::detail
