#include "tests/mistakes/mistake.hpp"

#include <doctest/doctest.h>

#include <cornu/cornu.hpp>

namespace cornu::testing {

TEST_CASE("mistakes: options of layers") {
  check_mistakes({
      {"No units", [] { return layers::Dense(0); },
       "[Dense] `units` must be a positive integer; got 0; expected 1 or more"},
      {"A misspelt activation", [] { return layers::Dense(8, "rely"); },
       "[activation] unknown activation; got 'rely'; expected one of ...; pass a function for any other; did you mean "
       "'relu'?"},
      {"PyTorch's name of an initializer", [] { return layers::Dense(8, {.kernel_initializer = "xavier_uniform"}); },
       "[initializer] unknown initializer; got 'xavier_uniform'; expected one of ...; pass an object for any other; "
       "did you mean 'glorot_uniform'?"},
      {"A regularizer that there is not", [] { return layers::Dense(8, {.kernel_regularizer = "l3"}); },
       "[regularizer] unknown regularizer; got 'l3'; expected one of l1, l2, l1_l2, orthogonal_regularizer; pass an "
       "object for any other; did you mean 'l1'?"},
      {"A factor below 0", [] { return regularizers::L2(-0.01); },
       "[L2] l2 must be a finite number, 0 or more; got -0.01"},
      {"A misspelt constraint", [] { return layers::Dense(8, {.kernel_constraint = "maxnorm"}); },
       "[constraint] unknown constraint; got 'maxnorm'; expected one of non_neg, unit_norm, max_norm, min_max_norm; "
       "pass an object for any other; did you mean 'MaxNorm'?"},
      {"Dropout in percent", [] { return layers::Dropout(50); },
       "[Dropout] rate must lie in 0 … 1; got 50; expected the part to drop, such as 0.5"},
      {"An empty vocabulary", [] { return layers::Embedding(0, 16); },
       "[Embedding] `input_dim` must be a positive integer; got 0; expected 1 or more"},
      {"A pretrained table the wrong way round",
       [] {
         return layers::Embedding(100, 16, {.weights = Tensor::zeros({16, 100})});
       },
       "[Embedding] `weights` have another shape; got (16, 100); expected (input_dim, output_dim) = (100, 16)"},
      {"PyTorch's word for a mean", [] { return layers::EmbeddingBag(100, 16, {.mode = "avg"}); },
       "[EmbeddingBag] unknown `mode`; got \"avg\"; expected \"sum\", \"mean\" or \"max\""},
      {"A padding that is no id", [] { return layers::EmbeddingBag(100, 16, {.padding_idx = 100}); },
       "[EmbeddingBag] `padding_idx` must lie in 0 … 99; got 100"},
      {"A merge_mode that there is not", [] { return layers::Bidirectional(layers::LSTM(8), {.merge_mode = "add"}); },
       "[Bidirectional] unknown `merge_mode`; got \"add\"; expected \"concat\", \"sum\", \"mul\", \"ave\" or nullopt"},
      {"Two extents to be inferred",
       [] {
         return layers::Reshape({-1, -1});
       },
       "[Reshape] at most one extent can be inferred; got (None, None); expected one -1 at most"},
  });
}

TEST_CASE("mistakes: layers that do not fit together") {
  const Tensor x = random::normal({8, 4});
  check_mistakes({
      {"An LSTM behind an LSTM that gives its last step alone",
       [&] {
         return Sequential{layers::LSTM(8), layers::LSTM(8)}.build({None, 10, 4});
       },
       "[LSTM 'lstm_1'] the input must be sequences of vectors; got shape (None, 8); expected (batch, steps, "
       "features); give a recurrent layer in front of this one return_sequences = true, or other data an axis of steps "
       "with layers::Reshape"},
      {"return_state in a Sequential",
       [&] {
         return Sequential{layers::LSTM(8, {.return_state = true}), layers::Dense(1)}.build({None, 10, 4});
       },
       "[LSTM 'lstm'] LSTM has 3 outputs, where one is expected; take all of them with all_outputs() on symbolic "
       "tensors, apply() on others"},
      {"Dense behind a Flatten of texts of any length",
       [&] {
         return Sequential{layers::Embedding(100, 16), layers::Flatten(), layers::Dense(1)}.build({None, None});
       },
       "[Dense 'dense'] weight 'kernel' needs extents that are not known yet; got shape (None, 1); build the model "
       "with a shape that has them, or tell the first layer (Embedding: input_length)"},
      {"Flatten counts the padding that mask_zero masks",
       [&] {
         return Sequential{layers::Embedding(100, 16, {.mask_zero = true}), layers::Flatten(), layers::Dense(1)}.build(
             {None, 10});
       },
       "[Sequential] Flatten 'flatten' cannot take the mask that Embedding 'embedding' made; got a mask before a layer "
       "that would count the padding; put layers::GlobalAveragePooling1D(), which leaves it out, or layers::DropMask() "
       "in between, or use mask_zero = false"},
      {"A Reshape to another number of elements",
       [&] {
         return Sequential{layers::Reshape({3, 3})}.predict(x);
       },
       "[Reshape 'reshape'] samples do not fit the target; got (4,), 4 elements; expected (3, 3)"},
      {"Build without the batch", [&] { return Sequential{layers::Dense(1)}.build({4}); },
       "[Dense 'dense'] the input must be a batch of vectors; got shape (None,); expected (batch, …, inputs); add an "
       "axis with ops::expand_dims"},
      {"Build with features left open",
       [&] {
         return Sequential{layers::Dense(1)}.build({None, None});
       },
       "[Dense 'dense'] weight 'kernel' needs extents that are not known yet; got shape (None, 1); build the model "
       "with a shape that has them, or tell the first layer (Embedding: input_length)"},
      {"A sum of different widths",
       [&] {
         return layers::Add()({x, random::normal({8, 3})});
       },
       "[Add] shapes do not broadcast; got (8, 4) and (8, 3); expected extents that are equal or 1, counted from the "
       "last axis"},
      {"Different batches side by side",
       [&] {
         return layers::Concatenate()({x, random::normal({7, 4})});
       },
       "[Concatenate] shapes do not fit together; got (7, 4) beside (8, 4); expected equal extents but on axis -1"},
      {"Floats and integers side by side",
       [&] {
         return layers::Concatenate()({x, Tensor::zeros({8, 1}, int32)});
       },
       "[Concatenate] dtypes differ; got float32 and int32; expected one dtype; cast one of them with ops::cast"},
      {"The product of vectors of different lengths",
       [&] {
         return layers::Dot(1)({x, random::normal({8, 3})});
       },
       "[Dot] extents differ; got axis 1 of (8, 4) and axis 1 of (8, 3); expected equal ones, and one batch"},
      {"A product over the batch",
       [&] {
         return layers::Dot(0)({x, x});
       },
       "[Dot] axis 0 is the batch; got axis 0 of (8, 4); expected another"},
      {"Two inputs for a layer that takes one",
       [&] {
         return layers::Dense(1)({x, x});
       },
       "[Dense] Dense takes one input; got 2; expected one tensor; join several with a layer that does, such as "
       "layers::Concatenate()"},
      {"Ones and zeros as a mask",
       [&] {
         return layers::LSTM(8)(random::normal({2, 3, 4}), {.mask = Tensor::ones({2, 3})});
       },
       "[LSTM] the mask has another dtype; got float32; expected bool, as comparisons give: ops::not_equal(ids, 0)"},
      {"A mask of another shape",
       [&] {
         return layers::LSTM(8)(random::normal({2, 3, 4}), {.mask = Tensor::ones({3, 2}, boolean)});
       },
       "[LSTM] the mask does not fit; got (3, 2) for an input (2, 3, 4); expected (2, 3)"},
      {"Batches of different sizes for a stateful layer",
       [&] {
         Sequential model{layers::LSTM(8, {.stateful = true})};
         return model.predict(random::normal({10, 5, 4}), {.batch_size = 4});
       },
       "[LSTM 'lstm'] the batch has another size than the states that were kept; got 2; expected 4; give batches of "
       "one size, or call reset_state() of the layer or of its Bidirectional, in a model "
       "dynamic_cast<layers::LSTM&>(model.get_layer(\"…\")).reset_state()"},
      {"A rate of dropout that is no part", [&] { return layers::MultiHeadAttention(2, 3, {.dropout = 2}); },
       "[MultiHeadAttention] `dropout` must lie in 0 … 1; got 2; expected the part to drop, such as 0.5"},
      {"A layer that was a variable, twice in one model",
       [&] {
         const auto dense = layers::shared(layers::Dense(4));
         return Sequential{dense, dense};
       },
       "[add] the layer is in the model already; got Dense 'dense' again; expected another one; a graph of Input() and "
       "Model may call one layer twice"},
      {"Two layers of one name",
       [&] {
         return Sequential{layers::Dense(4, {.name = "hidden"}), layers::Dense(4, {.name = "hidden"})};
       },
       "[add] the name is taken; got a second layer 'hidden'; give each layer a name of its own"},
      {"A model without layers", [&] { return Sequential().predict(x); },
       "[Sequential] the model has no layers; add one first"},
      {"pop of nothing", [&] { return Sequential().pop(); }, "[Sequential::pop] the model has no layers to remove"},
  });
}

}  // namespace cornu::testing
