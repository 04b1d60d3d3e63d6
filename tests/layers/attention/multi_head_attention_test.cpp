#include <cornu/layers/attention/multi_head_attention.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::MultiHeadAttention;

namespace {

void check_case(const std::string& name, MultiHeadAttention layer, bool scores, bool causal) {
  testing::check_keras_case(
      name, std::move(layer),
      {.fixture = "multi_head_attention", .return_attention_scores = scores, .use_causal_mask = causal});
}

Tensors query_and_value() { return {random::normal({2, 3, 4}), random::normal({2, 5, 4})}; }

const std::vector<std::string> all_names{"kernel", "bias", "kernel", "bias", "kernel", "bias", "kernel", "bias"};

}  // namespace

TEST_CASE("MultiHeadAttention: outputs, scores, masks and gradients are Keras's") {
  check_case("heads", MultiHeadAttention(2, 3), false, false);
  check_case("heads_value_dim", MultiHeadAttention(2, 3, {.value_dim = 5}), true, false);
  check_case("heads_output_shape", MultiHeadAttention(2, 3, {.use_bias = false, .output_shape = Shape{2, 3}}), false,
             false);
  check_case("heads_causal", MultiHeadAttention(2, 3), false, true);
  check_case("heads_causal_scores", MultiHeadAttention(2, 3), true, true);
  check_case("heads_masked", MultiHeadAttention(2, 3), true, false);
  check_case("heads_masked_key", MultiHeadAttention(1, 3), true, true);
  check_case("heads_attention_mask", MultiHeadAttention(2, 3), true, false);
  check_case("heads_window", MultiHeadAttention(2, 3, {.sliding_window = 2}), false, true);
  check_case("heads_gate", MultiHeadAttention(2, 3, {.value_dim = 2, .use_gate = true}), true, false);
  check_case("heads_axis2", MultiHeadAttention(2, 3, {.attention_axes = 2}), true, false);
  check_case("heads_axis2", MultiHeadAttention(2, 3, {.attention_axes = -2}), true, false);
  check_case("heads_all_axes", MultiHeadAttention(2, 3), true, false);
}

TEST_CASE("MultiHeadAttention: keeps a layer's promises") {
  check(check_layer([] { return MultiHeadAttention(2, 3); }, query_and_value(),
                    {.output_shape = Shape{2, 3, 4}, .weight_names = all_names}));
  check(check_layer([] { return MultiHeadAttention(2, 3, {.dropout = 0.5, .use_gate = true, .seed = 3}); },
                    {random::normal({2, 3, 4}), random::normal({2, 5, 6}), random::normal({2, 5, 2})}));
  check(check_layer(
      [] {
        return MultiHeadAttention(2, 2, {.value_dim = 3, .use_bias = false, .output_shape = Shape{2, 3}});
      },
      query_and_value(), {.output_shape = Shape{2, 3, 2, 3}}));
  check(check_layer([] { return MultiHeadAttention(1, 2, {.attention_axes = 1}); },
                    {random::normal({2, 3, 2, 2}), random::normal({2, 4, 2, 2})}, {.output_shape = Shape{2, 3, 2, 2}}));
}

TEST_CASE("MultiHeadAttention: gradients under every mask, checked in double") {
  MultiHeadAttention layer(2, 2, {.sliding_window = 3, .dtype = float64});
  const Mask queries = Tensor({{true, false, true}}), values = Tensor({{true, false, true, true}});
  const Tensor allowed({{{true, true, true, false}, {true, true, true, true}, {true, false, true, true}}});
  const auto f = [&](const Tensors& x) {
    return layer.apply({x[0], x[1], x[2], allowed}, {.masks = {queries, values}, .use_causal_mask = true}).first[0];
  };
  const Tensors inputs{random::normal({1, 3, 2}, 0, 1, float64), random::normal({1, 4, 2}, 0, 1, float64),
                       random::normal({1, 4, 3}, 0, 1, float64)};
  f(inputs);
  const auto report = check_gradients(
      [&](const std::vector<Tensor>& x) {
        return f({x[0], x[1], x[2]});
      },
      {inputs[0], inputs[1], inputs[2]});
  CHECK_MESSAGE(report.ok(), report.where);
}

// With weights of 1 and values [1], [2], Keras gives 3 without the scores, and 0 with them.
TEST_CASE("MultiHeadAttention: a query without a key attends to nothing, with the scores or without") {
  const Tensor x({{{1.F}, {2.F}}});
  const Mask nothing = Tensor({{false, false}});
  MultiHeadAttention layer(1, 2, {.kernel_initializer = "ones"});
  const CallContext masked{.masks = {std::nullopt, nothing}};
  CHECK(ops::array_equal(layer({x, x}, masked), Tensor::zeros({1, 2, 1})));
  CallContext with_scores = masked;
  with_scores.return_attention_scores = true;
  const Tensors outputs = layer.apply({x, x}, with_scores).first;
  CHECK(ops::array_equal(outputs[0], Tensor::zeros({1, 2, 1})));
  CHECK(ops::array_equal(outputs[1], Tensor::zeros({1, 1, 2, 2})));
}

TEST_CASE("MultiHeadAttention: the query's mask goes on, and the masks of the inputs stay") {
  const Tensor x = random::normal({2, 3, 4});
  const Mask mask = Tensor({{true, true, false}, {true, false, false}});
  MultiHeadAttention layer(2, 3);
  const auto [outputs, masks] = layer.apply({x, x}, {.masks = {mask, mask}, .return_attention_scores = true});
  CHECK(ops::array_equal(mask_at(masks, 0).value(), *mask));
  CHECK_FALSE(mask_at(masks, 1).has_value());
  const Tensor weights = ops::sum(outputs[1], {.axis = -1});
  CHECK(ops::all_close(ops::select(weights, 1, 0), ops::cast(*mask, float32)));
}

TEST_CASE("MultiHeadAttention: masks of attention by heads, without a batch, and as numbers are one") {
  const Tensor x = random::normal({2, 3, 4});
  const Tensor mask({{true, false, true}, {true, true, false}, {false, true, true}});
  MultiHeadAttention layer(2, 3);
  const Tensor expected = layer({x, x, x, ops::broadcast_to(mask, {2, 3, 3})});
  CHECK(ops::array_equal(layer({x, x, x, mask}), expected));
  CHECK(ops::array_equal(layer({x, x, x, ops::cast(mask, float32)}), expected));
  CHECK(ops::array_equal(layer({x, x, x, ops::broadcast_to(mask, {2, 2, 3, 3})}), expected));
}

TEST_CASE("MultiHeadAttention: steps of all axes of attention have masks") {
  const Tensor x = random::normal({1, 2, 3, 4});
  const Mask mask = Tensor({{{true, false, true}, {true, true, false}}});
  MultiHeadAttention layer(1, 3);
  const Tensor weights = layer.apply({x, x}, {.masks = {std::nullopt, mask}, .return_attention_scores = true}).first[1];
  CHECK(weights.shape() == Shape{1, 1, 2, 3, 2, 3});
  const Tensor expected = ops::broadcast_to(ops::reshape(*mask, {1, 1, 1, 1, 2, 3}), weights.shape());
  CHECK(ops::array_equal(ops::not_equal(weights, 0), expected));
}

TEST_CASE("MultiHeadAttention: projections have Keras's names, and may be built by hand") {
  MultiHeadAttention layer(2, 3, {.use_gate = true, .name = "attention"});
  layer.build(Shapes({{None, 3, 4}, {None, 5, 4}}));
  layer({Tensor::zeros({1, 3, 4}), Tensor::zeros({1, 5, 4})});
  std::vector<std::string> attributes, names;
  for (const auto& [attribute, sublayer] : layer.sublayers()) {
    attributes.push_back(attribute);
    names.push_back(sublayer->name());
  }
  CHECK(attributes == std::vector<std::string>{"query_dense", "key_dense", "_gate_dense", "value_dense",
                                               "_dropout_layer", "output_dense"});
  CHECK(names == std::vector<std::string>{"query", "key", "gate", "value", "_dropout_layer", "attention_output"});
  CHECK(layer.get_config()["attention_axes"].to_json() == Config::list({1}).to_json());
}

TEST_CASE("MultiHeadAttention: an empty batch, no queries, and no keys") {
  MultiHeadAttention layer(2, 3);
  CHECK(layer({Tensor::zeros({0, 3, 4}), Tensor::zeros({0, 5, 4})}).shape() == Shape{0, 3, 4});
  CHECK(layer({Tensor::zeros({2, 0, 4}), Tensor::zeros({2, 5, 4})}).shape() == Shape{2, 0, 4});
  CHECK(ops::array_equal(layer({Tensor::ones({2, 3, 4}), Tensor::zeros({2, 0, 4})}), Tensor::zeros({2, 3, 4})));
}

TEST_CASE("MultiHeadAttention: refused") {
  CHECK_THROWS_WITH_AS(MultiHeadAttention(0, 2),
                       "[MultiHeadAttention] `num_heads` must be a positive integer; got 0; expected 1 or more",
                       ValueError);
  CHECK_THROWS_AS(MultiHeadAttention(2, 0), ValueError);
  CHECK_THROWS_AS(MultiHeadAttention(2, 2, {.value_dim = 0}), ValueError);
  CHECK_THROWS_WITH_AS(
      MultiHeadAttention(2, 2, {.dropout = 2}),
      "[MultiHeadAttention] `dropout` must lie in 0 … 1; got 2; expected the part to drop, such as 0.5", ValueError);
  CHECK_THROWS_AS(MultiHeadAttention(2, 2, {.sliding_window = 0}), ValueError);
  const Tensor x = Tensor::zeros({2, 3, 4}), rows = Tensor::zeros({2, 2, 3, 4});
  CHECK_THROWS_WITH_AS(MultiHeadAttention(2, 2)(x),
                       "[MultiHeadAttention] the layer takes two to four inputs; got 1; expected {query, value}, "
                       "{query, value, key} or {query, value, key, attention_mask}",
                       ValueError);
  CHECK_THROWS_AS(MultiHeadAttention(2, 2)({x, rows}), ShapeError);
  CHECK_THROWS_AS(MultiHeadAttention(2, 2)({x, x, Tensor::zeros({2, 2, 4})}), ShapeError);
  CHECK_THROWS_AS(MultiHeadAttention(2, 2)({x, Tensor::zeros({1, 3, 4})}), ShapeError);
  CHECK_THROWS_AS(MultiHeadAttention(2, 2, {.attention_axes = 0})({x, x}), ValueError);
  CHECK_THROWS_AS(MultiHeadAttention(2, 2, {.attention_axes = 2})({x, x}), ValueError);
  CHECK_THROWS_AS(MultiHeadAttention(2, 2, {.attention_axes = layers::AxisList{1, 1}})({x, x}), ValueError);
  CHECK_THROWS_AS(MultiHeadAttention(2, 2)({rows, rows}, {.use_causal_mask = true}), ValueError);
  const Tensor deep = Tensor::zeros({1, 2, 2, 2, 2});
  CHECK_THROWS_AS(MultiHeadAttention(2, 2)({deep, deep}), ShapeError);
  MultiHeadAttention layer(2, 2);
  layer({x, x});
  CHECK_THROWS_AS(layer({rows, rows}), ShapeError);
  CHECK_THROWS_AS(layer({x, x}, {.masks = {Tensor({{true, true}, {true, true}})}}), ShapeError);
  CHECK_THROWS_AS(layer({x, x, x, Tensor::zeros({2, 3, 4})}), ShapeError);
  CHECK_THROWS_AS(layer({x, x, x, Tensor::zeros({1, 2, 2, 3, 3})}), ShapeError);
}
