#include "tests/support/layer_examples.hpp"

#include <memory>
#include <utility>

#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/activations/activation.hpp>
#include <cornu/layers/activations/elu.hpp>
#include <cornu/layers/activations/leaky_relu.hpp>
#include <cornu/layers/activations/prelu.hpp>
#include <cornu/layers/activations/relu.hpp>
#include <cornu/layers/activations/softmax.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/core/drop_mask.hpp>
#include <cornu/layers/core/einsum_dense.hpp>
#include <cornu/layers/core/identity.hpp>
#include <cornu/layers/core/lambda.hpp>
#include <cornu/layers/core/masking.hpp>
#include <cornu/layers/embedding/embedding.hpp>
#include <cornu/layers/embedding/embedding_bag.hpp>
#include <cornu/layers/embedding/embedding_dot.hpp>
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
#include <cornu/layers/preprocessing/hashing.hpp>
#include <cornu/layers/recurrent/bidirectional.hpp>
#include <cornu/layers/recurrent/gru.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/recurrent/rnn.hpp>
#include <cornu/layers/recurrent/simple_rnn.hpp>
#include <cornu/layers/recurrent/stacked_rnn_cells.hpp>
#include <cornu/layers/regularization/activity_regularization.hpp>
#include <cornu/layers/regularization/alpha_dropout.hpp>
#include <cornu/layers/regularization/dropout.hpp>
#include <cornu/layers/regularization/gaussian_dropout.hpp>
#include <cornu/layers/regularization/gaussian_noise.hpp>
#include <cornu/layers/regularization/spatial_dropout1d.hpp>
#include <cornu/layers/regularization/spatial_dropout2d.hpp>
#include <cornu/layers/regularization/spatial_dropout3d.hpp>
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

namespace cornu::testing {

using namespace layers;

namespace {

template <class Make>
LayerExample example(std::string_view class_name, Make make, Tensors inputs) {
  using L = std::invoke_result_t<Make>;
  return {class_name, [make] { return std::make_unique<L>(make()); }, std::move(inputs)};
}

Tensor normal(const Shape& shape) { return random::normal(shape); }
Tensor ids() { return Tensor({{1, 2, 2, 0}, {3, 1, 0, 0}}); }

void add_merging(std::vector<LayerExample>& examples) {
  const Tensors pair{normal({2, 3}), normal({2, 3})};
  examples.push_back(example(
      "Add", [] { return Add({.name = "sum"}); }, pair));
  examples.push_back(example(
      "Average", [] { return Average({.name = "mean"}); }, pair));
  examples.push_back(example(
      "Concatenate", [] { return Concatenate({.axis = 1, .name = "both"}); }, pair));
  examples.push_back(example(
      "Dot",
      [] {
        return Dot({1, 1}, {.normalize = true, .name = "cosine"});
      },
      pair));
  examples.push_back(example(
      "Maximum", [] { return Maximum({.name = "most"}); }, pair));
  examples.push_back(example(
      "Minimum", [] { return Minimum({.name = "least"}); }, pair));
  examples.push_back(example(
      "Multiply", [] { return Multiply({.name = "product"}); }, pair));
  examples.push_back(example(
      "Subtract", [] { return Subtract({.name = "difference"}); }, pair));
}

void add_embedding(std::vector<LayerExample>& examples) {
  examples.push_back(example(
      "Embedding",
      [] {
        return Embedding(4, 3,
                         {.embeddings_initializer = "he_normal",
                          .embeddings_regularizer = "l2",
                          .mask_zero = true,
                          .name = "words"});
      },
      ids()));
  examples.push_back(example(
      "Embedding", [] { return Embedding(4, 3, {.max_norm = 0.5, .norm_type = 1}); }, ids()));
  examples.push_back(example(
      "cornu>EmbeddingBag", [] { return EmbeddingBag(4, 3, {.mode = "sum", .padding_idx = 0, .name = "bag"}); },
      ids()));
  examples.push_back(example("cornu>EmbeddingDot",
                             [] { return EmbeddingDot(4, 3, {.embeddings_constraint = "non_neg"}); },
                             {ids(), normal({2, 3})}));
}

void add_recurrent(std::vector<LayerExample>& examples) {
  const Tensor sequences = normal({2, 4, 3}), step = normal({2, 3}), state = normal({2, 2});
  examples.push_back(example(
      "LSTM",
      [] {
        return LSTM(2, {.activation = "relu",
                        .unit_forget_bias = false,
                        .dropout = 0.25,
                        .recurrent_dropout = 0.5,
                        .seed = 3,
                        .return_sequences = true,
                        .return_state = true,
                        .go_backwards = true});
      },
      sequences));
  examples.push_back(example(
      "GRU", [] { return GRU(2, {.use_bias = false, .dropout = 0.25, .reset_after = false}); }, sequences));
  examples.push_back(example("SimpleRNN",
                             [] { return SimpleRNN(2, {.activation = "sigmoid", .recurrent_regularizer = "l1"}); },
                             {sequences, state}));
  examples.push_back(
      example("LSTMCell", [] { return LSTMCell(2, {.recurrent_activation = "hard_sigmoid"}); }, {step, state, state}));
  examples.push_back(
      example("GRUCell", [] { return GRUCell(2, {.reset_after = false, .name = "cell"}); }, {step, state}));
  examples.push_back(example("SimpleRNNCell", [] { return SimpleRNNCell(2, {.use_bias = false}); }, {step, state}));
  examples.push_back(
      example("StackedRNNCells", [] { return StackedRNNCells(LSTMCell(2), GRUCell(2)); }, {step, state, state, state}));
  examples.push_back(example(
      "RNN", [] { return RNN(StackedRNNCells(LSTMCell(2, {.dropout = 0.5}), GRUCell(3)), {.return_sequences = true}); },
      sequences));
  examples.push_back(example(
      "Bidirectional", [] { return Bidirectional(LSTM(2, {.dropout = 0.25}), {.merge_mode = "sum", .name = "both"}); },
      sequences));
  examples.push_back(example(
      "Bidirectional",
      [] {
        return Bidirectional(std::make_shared<LSTM>(2),
                             {.merge_mode = std::nullopt, .backward_layer = GRU(3, {.go_backwards = true})});
      },
      sequences));
}

void add_normalization(std::vector<LayerExample>& examples) {
  const Tensor table = normal({4, 6}), sequences = normal({2, 4, 3});
  examples.push_back(example(
      "BatchNormalization",
      [] {
        return BatchNormalization({.axis = 1,
                                   .momentum = 0.75,
                                   .epsilon = 0.01,
                                   .beta_initializer = "ones",
                                   .gamma_regularizer = "l2",
                                   .beta_constraint = "non_neg",
                                   .name = "norm"});
      },
      sequences));
  examples.push_back(example(
      "BatchNormalization", [] { return BatchNormalization({.center = false, .scale = false}); }, table));
  examples.push_back(example(
      "LayerNormalization",
      [] {
        return LayerNormalization({.axis = {2, 1}, .epsilon = 0.5, .gamma_constraint = "unit_norm", .name = "norm"});
      },
      sequences));
  examples.push_back(example(
      "LayerNormalization", [] { return LayerNormalization({.center = false, .rms_scaling = true}); }, table));
  examples.push_back(example(
      "GroupNormalization", [] { return GroupNormalization({.groups = 2, .axis = 1, .epsilon = 0.5}); }, table));
  examples.push_back(example(
      "GroupNormalization", [] { return GroupNormalization({.groups = -1, .scale = false}); }, sequences));
  examples.push_back(example(
      "UnitNormalization",
      [] {
        return UnitNormalization({.axis = {1, 2}, .name = "unit"});
      },
      sequences));
  examples.push_back(example(
      "RMSNormalization",
      [] {
        return RMSNormalization({.axis = {1, 2}, .epsilon = 0.5});
      },
      sequences));
  // Frozen: the gradient is that of the divided kernel, and not of the one that a call begins with.
  examples.push_back(example(
      "SpectralNormalization",
      [] { return SpectralNormalization(Dense(3, {.name = "inner"}), {.power_iterations = 2, .trainable = false}); },
      table));
}

// A function that files can name.
Tensor twice(const Tensor& x) { return 2 * x; }

void add_core(std::vector<LayerExample>& examples) {
  register_activation("tests>twice", twice);
  const Tensor table = normal({4, 5}), sequences = normal({2, 4, 3});
  examples.push_back(example(
      "Identity", [] { return Identity({.activity_regularizer = "l2", .name = "same"}); }, sequences));
  examples.push_back(example(
      "Masking", [] { return Masking({.mask_value = 0.5, .name = "steps"}); }, sequences));
  examples.push_back(example(
      "Lambda",
      [] {
        return Lambda(twice, {.output_shape = Shape{4, 3}, .name = "twice"});
      },
      sequences));
  examples.push_back(example(
      "EinsumDense",
      [] {
        return EinsumDense("abc,cd->abd", {None, 2},
                           {.activation = "tanh",
                            .bias_axes = "d",
                            .kernel_initializer = "he_normal",
                            .bias_regularizer = "l2",
                            .kernel_constraint = "unit_norm"});
      },
      sequences));
  examples.push_back(example(
      "EinsumDense", [] { return EinsumDense("...x,xy->...y", {2}); }, table));
}

void add_activations(std::vector<LayerExample>& examples) {
  const Tensor table = normal({4, 5}), sequences = normal({2, 4, 3});
  examples.push_back(example(
      "ReLU", [] { return ReLU({.max_value = 0.75, .negative_slope = 0.25, .threshold = 0.5}); }, table));
  examples.push_back(example(
      "LeakyReLU", [] { return LeakyReLU({.negative_slope = 0.5, .name = "leaky"}); }, table));
  examples.push_back(example(
      "ELU", [] { return ELU({.alpha = 0.5, .name = "elu"}); }, table));
  examples.push_back(example(
      "PReLU", [] { return PReLU({.alpha_initializer = "ones", .alpha_regularizer = "l2", .shared_axes = {1}}); },
      sequences));
  examples.push_back(example(
      "PReLU", [] { return PReLU({.alpha_constraint = "non_neg"}); }, table));
  examples.push_back(example(
      "Softmax",
      [] {
        return Softmax({.axis = {1, 2}, .name = "parts"});
      },
      sequences));
}

void add_reshaping(std::vector<LayerExample>& examples) {
  const Tensor steps = normal({2, 5, 3}), image = normal({2, 4, 3, 2}), volume = normal({1, 3, 3, 2, 4});
  const auto add = [&](std::string_view name, auto make, const Tensor& x) {
    examples.push_back(example(name, make, x));
  };
  add(
      "Permute",
      [] {
        return Permute({3, 1, 2}, {.name = "turn"});
      },
      image);
  add(
      "RepeatVector", [] { return RepeatVector(3, {.name = "again"}); }, normal({2, 3}));
  add(
      "Cropping1D",
      [] {
        return Cropping1D({.cropping = {1, 2}});
      },
      steps);
  add(
      "Cropping2D",
      [] {
        return Cropping2D({.cropping = {{1, 0}, {0, 2}}});
      },
      image);
  add(
      "Cropping2D",
      [] {
        return Cropping2D({.cropping = {1, 0}, .data_format = "channels_first"});
      },
      image);
  add(
      "Cropping3D",
      [] {
        return Cropping3D({.cropping = {{1, 0}, {0, 2}, {0, 1}}});
      },
      volume);
  add(
      "ZeroPadding1D",
      [] {
        return ZeroPadding1D({.padding = {1, 2}, .data_format = "channels_first"});
      },
      steps);
  add(
      "ZeroPadding2D",
      [] {
        return ZeroPadding2D({.padding = {{1, 0}, {0, 2}}, .name = "frame"});
      },
      image);
  add(
      "ZeroPadding3D", [] { return ZeroPadding3D({.padding = 1, .data_format = "channels_first"}); }, volume);
  add(
      "UpSampling1D", [] { return UpSampling1D({.size = 3}); }, steps);
  add(
      "UpSampling2D",
      [] {
        return UpSampling2D({.size = {2, 3}, .interpolation = "bilinear"});
      },
      image);
  add(
      "UpSampling2D", [] { return UpSampling2D({.size = 3, .data_format = "channels_first"}); }, image);
  add(
      "UpSampling3D",
      [] {
        return UpSampling3D({.size = {1, 2, 3}, .data_format = "channels_first"});
      },
      volume);
}

void add_regularization(std::vector<LayerExample>& examples) {
  const Tensor steps = normal({2, 5, 3}), image = normal({2, 4, 3, 2}), volume = normal({1, 3, 3, 2, 4});
  const auto add = [&](std::string_view name, auto make, const Tensor& x) {
    examples.push_back(example(name, make, x));
  };
  add(
      "SpatialDropout1D", [] { return SpatialDropout1D(0.5, {.seed = 3, .name = "drop"}); }, steps);
  add(
      "SpatialDropout2D", [] { return SpatialDropout2D(0.5, {.data_format = "channels_first"}); }, image);
  add(
      "SpatialDropout3D", [] { return SpatialDropout3D(0.25, {.data_format = "channels_first", .seed = 3}); }, volume);
  add(
      "GaussianDropout", [] { return GaussianDropout(0.25, {.seed = 3, .name = "drop"}); }, steps);
  add(
      "GaussianNoise", [] { return GaussianNoise(0.25, {.seed = 3}); }, steps);
  add(
      "GaussianNoise", [] { return GaussianNoise(0.5); }, image);
  add(
      "AlphaDropout",
      [] {
        return AlphaDropout(0.25, {.noise_shape = Shape{None, 1, 3}, .seed = 3});
      },
      steps);
  add(
      "ActivityRegularization", [] { return ActivityRegularization({.l1 = 0.25, .l2 = 0.5}); }, steps);
}

void add_others(std::vector<LayerExample>& examples) {
  const Tensor table = normal({4, 5}), sequences = normal({2, 4, 3});
  examples.push_back(example(
      "Dense",
      [] {
        return Dense(3, {.activation = "gelu",
                         .bias_initializer = "ones",
                         .kernel_regularizer = "l1_l2",
                         .activity_regularizer = "l2",
                         .bias_constraint = "max_norm",
                         .name = "scores"});
      },
      table));
  examples.push_back(example(
      "Dense", [] { return Dense(3, {.use_bias = false, .trainable = true, .dtype = float64}); }, table));
  examples.push_back(example(
      "Activation", [] { return layers::Activation("softsign", {.name = "squash"}); }, table));
  examples.push_back(example(
      "cornu>DropMask", [] { return DropMask({.name = "end"}); }, sequences));
  examples.push_back(example(
      "Dropout",
      [] {
        return Dropout(0.25, {.noise_shape = Shape{None, 1}});
      },
      table));
  examples.push_back(example(
      "Dropout", [] { return Dropout(0.5, {.seed = 3}); }, table));
  examples.push_back(example(
      "Flatten", [] { return Flatten({.data_format = "channels_first"}); }, normal({2, 3, 4, 5})));
  examples.push_back(example(
      "GlobalAveragePooling1D", [] { return GlobalAveragePooling1D({.keepdims = true, .name = "means"}); }, sequences));
  examples.push_back(example(
      "Hashing", [] { return Hashing(5, {.mask_value = 0, .salt = text::Salt(1, 2)}); },
      Tensor({{1, 2, 3}, {0, 5, 6}})));
  examples.push_back(example(
      "Reshape",
      [] {
        return Reshape({-1, 2}, {.name = "pairs"});
      },
      sequences));
}

}  // namespace

std::vector<LayerExample> layer_examples() {
  random::set_seed(5);
  std::vector<LayerExample> examples;
  add_merging(examples);
  add_embedding(examples);
  add_recurrent(examples);
  add_normalization(examples);
  add_core(examples);
  add_activations(examples);
  add_reshaping(examples);
  add_regularization(examples);
  add_others(examples);
  return examples;
}

}  // namespace cornu::testing
