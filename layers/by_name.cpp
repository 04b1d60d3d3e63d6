#include <algorithm>

#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/layer/input_layer.hpp>
#include <cornu/framework/registry/names.hpp>
#include <cornu/layers/activations/activation.hpp>
#include <cornu/layers/activations/elu.hpp>
#include <cornu/layers/activations/leaky_relu.hpp>
#include <cornu/layers/activations/prelu.hpp>
#include <cornu/layers/activations/relu.hpp>
#include <cornu/layers/activations/softmax.hpp>
#include <cornu/layers/convolutional/conv.hpp>
#include <cornu/layers/convolutional/conv_transpose.hpp>
#include <cornu/layers/convolutional/depthwise_conv.hpp>
#include <cornu/layers/convolutional/separable_conv.hpp>
#include <cornu/layers/attention/additive_attention.hpp>
#include <cornu/layers/attention/attention.hpp>
#include <cornu/layers/attention/group_query_attention.hpp>
#include <cornu/layers/attention/multi_head_attention.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/core/drop_mask.hpp>
#include <cornu/layers/core/einsum_dense.hpp>
#include <cornu/layers/core/identity.hpp>
#include <cornu/layers/core/lambda.hpp>
#include <cornu/layers/core/masking.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/embedding/embedding_bag.hpp>
#include <cornu/layers/embedding/embedding_dot.hpp>
#include <cornu/layers/embedding/reversible_embedding.hpp>
#include <cornu/layers/merging/add.hpp>
#include <cornu/layers/merging/average.hpp>
#include <cornu/layers/merging/concatenate.hpp>
#include <cornu/layers/merging/dot.hpp>
#include <cornu/layers/merging/maximum.hpp>
#include <cornu/layers/merging/minimum.hpp>
#include <cornu/layers/merging/multiply.hpp>
#include <cornu/layers/merging/subtract.hpp>
#include <cornu/layers/normalization/batch_normalization.hpp>
#include <cornu/layers/normalization/group_normalization.hpp>
#include <cornu/layers/normalization/layer_normalization.hpp>
#include <cornu/layers/normalization/rms_normalization.hpp>
#include <cornu/layers/normalization/spectral_normalization.hpp>
#include <cornu/layers/normalization/unit_normalization.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/pooling/global_pooling.hpp>
#include <cornu/layers/pooling/pooling.hpp>
#include <cornu/layers/preprocessing/category_encoding.hpp>
#include <cornu/layers/preprocessing/discretization.hpp>
#include <cornu/layers/preprocessing/hashed_crossing.hpp>
#include <cornu/layers/preprocessing/hashing.hpp>
#include <cornu/layers/preprocessing/integer_lookup.hpp>
#include <cornu/layers/preprocessing/normalization.hpp>
#include <cornu/layers/preprocessing/rescaling.hpp>
#include <cornu/layers/recurrent/bidirectional.hpp>
#include <cornu/layers/recurrent/gru.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/recurrent/rnn.hpp>
#include <cornu/layers/recurrent/simple_rnn.hpp>
#include <cornu/layers/recurrent/stacked_rnn_cells.hpp>
#include <cornu/layers/recurrent/time_distributed.hpp>
#include <cornu/layers/regularization/activity_regularization.hpp>
#include <cornu/layers/regularization/alpha_dropout.hpp>
#include <cornu/layers/regularization/dropout.hpp>
#include <cornu/layers/regularization/gaussian_dropout.hpp>
#include <cornu/layers/regularization/gaussian_noise.hpp>
#include <cornu/layers/regularization/spatial_dropout.hpp>
#include <cornu/layers/reshaping/cropping1d.hpp>
#include <cornu/layers/reshaping/cropping2d.hpp>
#include <cornu/layers/reshaping/cropping3d.hpp>
#include <cornu/layers/reshaping/flatten.hpp>
#include <cornu/layers/reshaping/permute.hpp>
#include <cornu/layers/reshaping/repeat_vector.hpp>
#include <cornu/layers/reshaping/reshape.hpp>
#include <cornu/layers/reshaping/up_sampling1d.hpp>
#include <cornu/layers/reshaping/up_sampling2d.hpp>
#include <cornu/layers/reshaping/up_sampling3d.hpp>
#include <cornu/layers/reshaping/zero_padding1d.hpp>
#include <cornu/layers/reshaping/zero_padding2d.hpp>
#include <cornu/layers/reshaping/zero_padding3d.hpp>

namespace cornu {

namespace {

template <class L>
constexpr detail::Named<LayerBase> row(std::string_view class_name) {
  return detail::named<LayerBase, L>(class_name);
}

// A layer that Keras does not have goes by the name of a registered class.
constexpr detail::Named<LayerBase> table[] = {
    row<layers::Activation>("Activation"),
    row<layers::ActivityRegularization>("ActivityRegularization"),
    row<layers::Add>("Add"),
    row<layers::AdditiveAttention>("AdditiveAttention"),
    row<layers::AlphaDropout>("AlphaDropout"),
    row<layers::Attention>("Attention"),
    row<layers::Average>("Average"),
    row<layers::AveragePooling1D>("AveragePooling1D"),
    row<layers::AveragePooling2D>("AveragePooling2D"),
    row<layers::AveragePooling3D>("AveragePooling3D"),
    row<layers::BatchNormalization>("BatchNormalization"),
    row<layers::Bidirectional>("Bidirectional"),
    row<layers::CategoryEncoding>("CategoryEncoding"),
    row<layers::Concatenate>("Concatenate"),
    row<layers::Conv1D>("Conv1D"),
    row<layers::Conv1DTranspose>("Conv1DTranspose"),
    row<layers::Conv2D>("Conv2D"),
    row<layers::Conv2DTranspose>("Conv2DTranspose"),
    row<layers::Conv3D>("Conv3D"),
    row<layers::Conv3DTranspose>("Conv3DTranspose"),
    row<layers::Cropping1D>("Cropping1D"),
    row<layers::Cropping2D>("Cropping2D"),
    row<layers::Cropping3D>("Cropping3D"),
    row<layers::Dense>("Dense"),
    row<layers::DepthwiseConv1D>("DepthwiseConv1D"),
    row<layers::DepthwiseConv2D>("DepthwiseConv2D"),
    row<layers::Discretization>("Discretization"),
    row<layers::Dot>("Dot"),
    row<layers::DropMask>("cornu>DropMask"),
    row<layers::Dropout>("Dropout"),
    row<layers::EinsumDense>("EinsumDense"),
    row<layers::ELU>("ELU"),
    row<layers::Embedding>("Embedding"),
    row<layers::EmbeddingBag>("cornu>EmbeddingBag"),
    row<layers::EmbeddingDot>("cornu>EmbeddingDot"),
    row<layers::Flatten>("Flatten"),
    row<layers::GaussianDropout>("GaussianDropout"),
    row<layers::GaussianNoise>("GaussianNoise"),
    row<layers::GlobalAveragePooling1D>("GlobalAveragePooling1D"),
    row<layers::GlobalAveragePooling2D>("GlobalAveragePooling2D"),
    row<layers::GlobalAveragePooling3D>("GlobalAveragePooling3D"),
    row<layers::GlobalMaxPooling1D>("GlobalMaxPooling1D"),
    row<layers::GlobalMaxPooling2D>("GlobalMaxPooling2D"),
    row<layers::GlobalMaxPooling3D>("GlobalMaxPooling3D"),
    row<layers::GroupNormalization>("GroupNormalization"),
    row<layers::GroupQueryAttention>("GroupQueryAttention"),
    row<layers::GRU>("GRU"),
    row<layers::GRUCell>("GRUCell"),
    row<layers::HashedCrossing>("HashedCrossing"),
    row<layers::Hashing>("Hashing"),
    row<layers::Identity>("Identity"),
    row<detail::InputLayer>("InputLayer"),
    row<layers::IntegerLookup>("IntegerLookup"),
    row<layers::Lambda>("Lambda"),
    row<layers::LayerNormalization>("LayerNormalization"),
    row<layers::LeakyReLU>("LeakyReLU"),
    row<layers::LSTM>("LSTM"),
    row<layers::LSTMCell>("LSTMCell"),
    row<layers::Masking>("Masking"),
    row<layers::Maximum>("Maximum"),
    row<layers::MaxPooling1D>("MaxPooling1D"),
    row<layers::MaxPooling2D>("MaxPooling2D"),
    row<layers::MaxPooling3D>("MaxPooling3D"),
    row<layers::Minimum>("Minimum"),
    row<layers::MultiHeadAttention>("MultiHeadAttention"),
    row<layers::Multiply>("Multiply"),
    row<layers::Normalization>("Normalization"),
    row<layers::Permute>("Permute"),
    row<layers::PReLU>("PReLU"),
    row<layers::ReLU>("ReLU"),
    row<layers::RepeatVector>("RepeatVector"),
    row<layers::Rescaling>("Rescaling"),
    row<layers::Reshape>("Reshape"),
    row<layers::ReversibleEmbedding>("ReversibleEmbedding"),
    row<layers::RMSNormalization>("RMSNormalization"),
    row<layers::RNN>("RNN"),
    row<layers::SeparableConv1D>("SeparableConv1D"),
    row<layers::SeparableConv2D>("SeparableConv2D"),
    row<layers::SimpleRNN>("SimpleRNN"),
    row<layers::SimpleRNNCell>("SimpleRNNCell"),
    row<layers::Softmax>("Softmax"),
    row<layers::SpatialDropout1D>("SpatialDropout1D"),
    row<layers::SpatialDropout2D>("SpatialDropout2D"),
    row<layers::SpatialDropout3D>("SpatialDropout3D"),
    row<layers::SpectralNormalization>("SpectralNormalization"),
    row<layers::StackedRNNCells>("StackedRNNCells"),
    row<layers::Subtract>("Subtract"),
    row<layers::TimeDistributed>("TimeDistributed"),
    row<layers::UnitNormalization>("UnitNormalization"),
    row<layers::UpSampling1D>("UpSampling1D"),
    row<layers::UpSampling2D>("UpSampling2D"),
    row<layers::UpSampling3D>("UpSampling3D"),
    row<layers::ZeroPadding1D>("ZeroPadding1D"),
    row<layers::ZeroPadding2D>("ZeroPadding2D"),
    row<layers::ZeroPadding3D>("ZeroPadding3D"),
};

// What stands beside a config, put into it.
Config joined(const ConfigView& object, const ConfigView& own) {
  Config config = object.at("config").value();
  return Config(object.value()).set("config", std::move(config.set("cornu", own.value())));
}

// The other way round.
Config parted(const Config& config, Config object) {
  if (!config.contains("cornu")) return object.set("config", config);
  std::vector<Config::Member> members = config.as_object();
  std::erase_if(members, [](const Config::Member& member) { return member.first == "cornu"; });
  return object.set("config", Config::object(std::move(members))).set("cornu", config["cornu"]);
}

// Null for a class of users.
const detail::Named<LayerBase>* row_of(const LayerBase& layer) {
  for (const auto& row : table)
    if (*row.type == typeid(layer)) return &row;
  return nullptr;
}

}  // namespace

template <>
std::shared_ptr<LayerBase> from_name<LayerBase>(std::string_view name) {
  return detail::make_by_name("layer", name, table);
}

template <>
std::shared_ptr<LayerBase> from_config<LayerBase>(const ConfigView& object) {
  const auto own = object.is_object() ? object.find("cornu") : std::nullopt;
  if (!own || !own->is_object() || !object.at("config").is_object())
    return detail::make_from_table("layer", object, table);
  const Config whole = joined(object, *own);
  return detail::make_from_table("layer", object.with(whole), table);
}

template <>
std::vector<std::string_view> detail::class_names<LayerBase>() {
  return class_names_in(table);
}

std::shared_ptr<LayerBase> layer_from_config(const ConfigView& object) { return from_config<LayerBase>(object); }

bool is_named_in_files(const LayerBase& layer) {
  const auto& inner = layer.sublayers();
  return (row_of(layer) || !detail::registered_name(typeid(LayerBase), typeid(layer)).empty()) &&
         std::all_of(inner.begin(), inner.end(), [](const auto& one) { return is_named_in_files(*one.second); });
}

Config layer_to_config(const LayerBase& layer) {
  Config config = layer.get_config();
  const detail::Named<LayerBase>* const row = row_of(layer);
  if (!row) return registered_object(layer, config.as_object());
  if (!row->class_name.starts_with("cornu>"))
    return parted(config, keras_object("keras.layers", std::string(row->class_name)));
  return registered_object(layer, config.as_object()).set("registered_name", std::string(row->class_name));
}

}  // namespace cornu
