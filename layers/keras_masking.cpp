#include <cornu/framework/layer/keras_masking.hpp>

#include <array>

#include <cornu/framework/layer/keras_call.hpp>
#include <cornu/layers/activations/activation.hpp>
#include <cornu/layers/activations/elu.hpp>
#include <cornu/layers/activations/leaky_relu.hpp>
#include <cornu/layers/activations/prelu.hpp>
#include <cornu/layers/activations/relu.hpp>
#include <cornu/layers/activations/softmax.hpp>
#include <cornu/layers/attention/headed_attention.hpp>
#include <cornu/layers/attention/scored_attention.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/core/identity.hpp>
#include <cornu/layers/core/masking.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/merging/concatenate.hpp>
#include <cornu/layers/merging/merge.hpp>
#include <cornu/layers/normalization/batch_normalization.hpp>
#include <cornu/layers/normalization/group_normalization.hpp>
#include <cornu/layers/normalization/layer_normalization.hpp>
#include <cornu/layers/normalization/unit_normalization.hpp>
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/preprocessing/normalization.hpp>
#include <cornu/layers/preprocessing/rescaling.hpp>
#include <cornu/layers/recurrent/bidirectional.hpp>
#include <cornu/layers/recurrent/recurrent_layer.hpp>
#include <cornu/layers/recurrent/time_distributed.hpp>
#include <cornu/layers/regularization/activity_regularization.hpp>
#include <cornu/layers/regularization/alpha_dropout.hpp>
#include <cornu/layers/regularization/dropout.hpp>
#include <cornu/layers/regularization/gaussian_dropout.hpp>
#include <cornu/layers/regularization/gaussian_noise.hpp>
#include <cornu/layers/regularization/spatial_dropout.hpp>

namespace cornu::detail {

namespace {

using Output = KerasMasking::Output;

template <class... Layers>
bool is_one_of(const LayerBase& layer) {
  return (... || dynamic_cast<const Layers*>(&layer));
}

}  // namespace

KerasMasking keras_masking(const LayerBase& layer) {
  if (is_one_of<layers::Embedding>(layer)) return {.output = Output::non_zero};
  if (is_one_of<layers::Masking>(layer)) return {.output = Output::any_other};
  if (is_one_of<layers::Concatenate>(layer)) return {.output = Output::joined};
  if (is_one_of<layers::Merge>(layer)) return {.output = Output::either};
  if (is_one_of<layers::GlobalAveragePooling1D>(layer)) return {.takes_mask = true};
  if (is_one_of<layers::Softmax>(layer)) return {.takes_mask = true, .output = Output::passed};
  if (is_one_of<layers::BatchNormalization>(layer)) return {.takes_mask = true, .output = Output::passed};
  if (is_one_of<layers::ScoredAttention>(layer)) return {.output = Output::converted};
  if (is_one_of<layers::TimeDistributed>(layer)) return {.takes_mask = true, .output = Output::passed};
  if (is_one_of<layers::Bidirectional>(layer)) return {.takes_mask = true, .output = Output::passed};
  if (is_one_of<layers::RecurrentLayer>(layer))
    return {.takes_mask = true, .names_training = true, .output = Output::passed};
  if (is_one_of<layers::Activation, layers::ActivityRegularization, layers::AlphaDropout, layers::Dense,
                layers::Dropout, layers::ELU, layers::GaussianDropout, layers::GaussianNoise,
                layers::GroupNormalization, layers::HeadedAttention, layers::Identity, layers::LayerNormalization,
                layers::LeakyReLU, layers::Normalization, layers::Rescaling, layers::PReLU, layers::ReLU,
                layers::SpatialDropout1D, layers::SpatialDropout2D, layers::SpatialDropout3D,
                layers::UnitNormalization>(layer))
    return {.output = Output::passed};
  return {};
}

std::span<const std::string_view> keras_input_names(const LayerBase& layer) {
  static constexpr std::array<std::string_view, 4> of_attention{"query", "value", "key", attention_mask_name};
  if (is_one_of<layers::HeadedAttention>(layer)) return of_attention;
  return {};
}

}  // namespace cornu::detail
