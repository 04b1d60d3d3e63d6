#include "tests/support/layer_examples.hpp"

#include <memory>
#include <utility>

#include <cornu/framework/tensor/random.hpp>
#include <cornu/layers/activations/activation.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/core/drop_mask.hpp>
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
#include <cornu/layers/pooling/global_average_pooling1d.hpp>
#include <cornu/layers/recurrent/bidirectional.hpp>
#include <cornu/layers/recurrent/gru.hpp>
#include <cornu/layers/recurrent/lstm.hpp>
#include <cornu/layers/recurrent/rnn.hpp>
#include <cornu/layers/recurrent/simple_rnn.hpp>
#include <cornu/layers/recurrent/stacked_rnn_cells.hpp>
#include <cornu/layers/recurrent/time_distributed.hpp>
#include <cornu/layers/regularization/dropout.hpp>
#include <cornu/layers/reshaping/flatten.hpp>
#include <cornu/layers/reshaping/reshape.hpp>

#include "tests/support/layer_example.hpp"

namespace cornu::testing {

using namespace layers;

namespace {

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
      "ReversibleEmbedding",
      [] {
        return ReversibleEmbedding(4, 3,
                                   {.tie_weights = false,
                                    .embeddings_initializer = "he_normal",
                                    .embeddings_constraint = "non_neg",
                                    .mask_zero = true,
                                    .reverse_dtype = float64,
                                    .logit_soft_cap = 2.5,
                                    .name = "both_ways"});
      },
      ids()));
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
      "TimeDistributed", [] { return TimeDistributed(Dense(2, {.activation = "tanh"}), {.name = "each"}); },
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
  add_convolution(examples);
  add_conv_lstm(examples);
  add_pooling(examples);
  add_attention(examples);
  add_preprocessing(examples);
  add_others(examples);
  return examples;
}

}  // namespace cornu::testing
