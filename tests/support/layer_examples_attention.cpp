// Attention and preprocessing.
#include <cornu/layers/attention/additive_attention.hpp>
#include <cornu/layers/attention/attention.hpp>
#include <cornu/layers/attention/group_query_attention.hpp>
#include <cornu/layers/attention/multi_head_attention.hpp>
#include <cornu/layers/preprocessing/category_encoding.hpp>
#include <cornu/layers/preprocessing/discretization.hpp>
#include <cornu/layers/preprocessing/hashed_crossing.hpp>
#include <cornu/layers/preprocessing/hashing.hpp>
#include <cornu/layers/preprocessing/integer_lookup.hpp>
#include <cornu/layers/preprocessing/normalization.hpp>
#include <cornu/layers/preprocessing/rescaling.hpp>

#include "tests/support/layer_example.hpp"

namespace cornu::testing {

using namespace layers;

void add_attention(std::vector<LayerExample>& examples) {
  const Tensors two{random::normal({2, 3, 4}), random::normal({2, 5, 4})},
      three{random::normal({2, 3, 4}), random::normal({2, 5, 6}), random::normal({2, 5, 4})};
  examples.push_back(example(
      "Attention",
      [] {
        return Attention({.use_scale = true, .score_mode = "concat", .dropout = 0.25, .seed = 3, .name = "attention"});
      },
      three));
  examples.push_back(example(
      "Attention", [] { return Attention(); }, two));
  examples.push_back(example(
      "AdditiveAttention", [] { return AdditiveAttention({.dropout = 0.5}); }, two));
  examples.push_back(example(
      "AdditiveAttention", [] { return AdditiveAttention({.use_scale = false, .seed = 3}); }, three));
  examples.push_back(example(
      "MultiHeadAttention",
      [] {
        return MultiHeadAttention(2, 3,
                                  {.value_dim = 2,
                                   .dropout = 0.25,
                                   .output_shape = Shape{2, 3},
                                   .sliding_window = 2,
                                   .kernel_initializer = "he_normal",
                                   .bias_initializer = "ones",
                                   .kernel_regularizer = "l2",
                                   .bias_constraint = "non_neg",
                                   .use_gate = true,
                                   .seed = 3,
                                   .name = "heads"});
      },
      three));
  examples.push_back(example(
      "MultiHeadAttention",
      [] { return MultiHeadAttention(1, 2, {.use_bias = false, .attention_axes = 2, .activity_regularizer = "l2"}); },
      {random::normal({2, 2, 3, 4}), random::normal({2, 2, 4, 4})}));
  examples.push_back(example(
      "GroupQueryAttention",
      [] {
        return GroupQueryAttention(
            3, 4, 2, {.dropout = 0.25, .sliding_window = 3, .bias_regularizer = "l1", .use_gate = true, .seed = 3});
      },
      two));
  examples.push_back(example(
      "GroupQueryAttention", [] { return GroupQueryAttention(2, 3, 1, {.use_bias = false, .name = "grouped"}); }, two));
}

void add_preprocessing(std::vector<LayerExample>& examples) {
  const Tensor table = random::normal({4, 3}), ids({{1, 2, 3}, {0, 5, 6}});
  const Tensors columns{Tensor({{1}, {2}, {3}}), Tensor({{4}, {5}, {6}})};
  const auto add = [&](std::string_view name, auto make, const Tensors& inputs) {
    examples.push_back(example(name, make, inputs));
  };
  add(
      "CategoryEncoding", [] { return CategoryEncoding(7, {.output_mode = "one_hot", .name = "words"}); }, ids);
  add("CategoryEncoding", [] { return CategoryEncoding(7, {.output_mode = "count"}); }, {ids, random::normal({2, 3})});
  add(
      "Discretization",
      [] {
        return Discretization({.bin_boundaries = {-0.5, 0.25}, .epsilon = 0.5, .output_mode = "count", .name = "bins"});
      },
      ids);
  add(
      "HashedCrossing", [] { return HashedCrossing(5, {.name = "cross"}); }, columns);
  add(
      "HashedCrossing", [] { return HashedCrossing(5, {.output_mode = "one_hot"}); }, columns);
  add(
      "Hashing", [] { return Hashing(5, {.mask_value = 0, .salt = text::Salt(1, 2)}); }, ids);
  add(
      "IntegerLookup",
      [] {
        return IntegerLookup({.max_tokens = 9,
                              .num_oov_indices = 2,
                              .mask_token = 0,
                              .oov_token = -2,
                              .vocabulary = {2, 5},
                              .oov_method = "farmhash",
                              .salt = text::Salt(1, 2),
                              .name = "lookup"});
      },
      ids);
  add(
      "IntegerLookup",
      [] {
        return IntegerLookup({.max_tokens = 9,
                              .vocabulary = {2, 5},
                              .idf_weights = {0.5, 2},
                              .output_mode = "tf_idf",
                              .pad_to_max_tokens = true});
      },
      ids);
  add(
      "IntegerLookup",
      [] {
        return IntegerLookup({.vocabulary = {2, 5}, .invert = true});
      },
      ids);
  add(
      "Normalization",
      [] {
        return Normalization({.axis = AxisList{2, 1}, .invert = true, .name = "norm"});
      },
      random::normal({2, 4, 3}));
  add(
      "Normalization", [] { return Normalization({.axis = std::nullopt, .mean = 0.5, .variance = 4}); }, table);
  add(
      "Rescaling",
      [] {
        return Rescaling(0.5, {.offset = {1, 2, -1}, .name = "scaled"});
      },
      table);
}

}  // namespace cornu::testing
