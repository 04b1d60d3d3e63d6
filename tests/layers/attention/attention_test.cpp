#include <cornu/layers/attention/attention.hpp>

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
using layers::Attention;

namespace {

void check_case(const std::string& name, Attention layer, bool scores, bool causal) {
  testing::check_keras_case(name, std::move(layer),
                            {.fixture = "attention", .return_attention_scores = scores, .use_causal_mask = causal});
}

Tensors query_and_value() { return {random::normal({2, 3, 4}), random::normal({2, 5, 4})}; }

}  // namespace

TEST_CASE("Attention: outputs, scores, masks and gradients are Keras's") {
  check_case("attention", Attention(), false, false);
  check_case("attention_key", Attention({.use_scale = true}), true, false);
  check_case("attention_concat", Attention({.score_mode = "concat"}), false, false);
  check_case("attention_concat_scale", Attention({.use_scale = true, .score_mode = "concat"}), false, true);
  check_case("attention_causal", Attention(), true, true);
  check_case("attention_masked", Attention(), true, false);
  check_case("attention_masked_causal", Attention(), true, true);
  check_case("attention_rank4", Attention(), false, false);
}

TEST_CASE("Attention: keeps a layer's promises") {
  check(check_layer([] { return Attention(); }, query_and_value(), {.output_shape = Shape{2, 3, 4}}));
  check(check_layer([] { return Attention({.use_scale = true, .score_mode = "concat"}); }, query_and_value(),
                    {.weight_names = {{"scale", "concat_score_weight"}}}));
  check(check_layer([] { return Attention({.dropout = 0.5, .seed = 3}); },
                    {random::normal({2, 3, 4}), random::normal({2, 5, 6}), random::normal({2, 5, 4})},
                    {.output_shape = Shape{2, 3, 6}}));
}

TEST_CASE("Attention: gradients under masks and the causal mask, checked in double") {
  Attention layer({.use_scale = true, .dtype = float64});
  const Mask queries = Tensor({{true, false, true}}), values = Tensor({{true, false, true, true}});
  const auto f = [&](const Tensors& x) {
    return layer.apply(x, {.masks = {queries, values}, .use_causal_mask = true}).first[0];
  };
  const Tensors inputs{random::normal({1, 3, 2}, 0, 1, float64), random::normal({1, 4, 2}, 0, 1, float64)};
  f(inputs);
  const auto report = check_gradients(
      [&](const std::vector<Tensor>& x) {
        return f({x[0], x[1]});
      },
      {inputs[0], inputs[1]});
  CHECK_MESSAGE(report.ok(), report.where);
}

TEST_CASE("Attention: a query without a key gives 0, and no gradient") {
  const Tensor x = random::normal({2, 3, 4});
  const Mask nothing = Tensor({{false, false, false}, {true, true, false}});
  Attention layer;
  GradientTape tape;
  tape.watch(x);
  const auto [outputs, masks] =
      layer.apply({x, x}, {.masks = {std::nullopt, nothing}, .return_attention_scores = true});
  CHECK(ops::array_equal(ops::select(outputs[0], 0, 0), Tensor::zeros({3, 4})));
  CHECK(ops::array_equal(ops::select(outputs[1], 0, 0), Tensor::zeros({3, 3})));
  CHECK_FALSE(mask_at(masks, 0).has_value());
  const Tensor gradient = tape.gradient(ops::sum(outputs[0]), x).to_dense();
  CHECK(ops::array_equal(ops::select(gradient, 0, 0), Tensor::zeros({3, 4})));
}

TEST_CASE("Attention: dropout takes weights away in training alone") {
  const Tensor ones = Tensor::ones({1, 2, 2}), values = random::normal({1, 100, 2});
  Attention layer({.dropout = 0.5, .seed = 1});
  const Tensor in_training = layer({ones, values}, {.training = true});
  CHECK(ops::array_equal(layer({ones, values}), Attention()({ones, values})));
  CHECK_FALSE(ops::all_close(in_training, layer({ones, values})));
  Attention all({.dropout = 1});
  CHECK(ops::array_equal(all({ones, values}, {.training = true}), Tensor::zeros({1, 2, 2})));
}

TEST_CASE("Attention: an empty batch, no queries, no keys, and integers") {
  CHECK(Attention()({Tensor::zeros({0, 3, 4}), Tensor::zeros({0, 5, 4})}).shape() == Shape{0, 3, 4});
  CHECK(Attention()({Tensor::zeros({2, 0, 4}), Tensor::zeros({2, 5, 4})}).shape() == Shape{2, 0, 4});
  CHECK(ops::array_equal(Attention()({Tensor::ones({2, 3, 4}), Tensor::zeros({2, 0, 4})}), Tensor::zeros({2, 3, 4})));
  CHECK(Attention()({Tensor({{{1, 2}}}), Tensor({{{1, 2}}})}).dtype() == float32);
}

TEST_CASE("Attention: refused") {
  CHECK_THROWS_WITH_AS(Attention({.score_mode = "cosine"}),
                       "[Attention] unknown `score_mode`; got \"cosine\"; expected \"dot\" or \"concat\"", ValueError);
  CHECK_THROWS_WITH_AS(Attention({.dropout = 1.5}),
                       "[Attention] `dropout` must lie in 0 … 1; got 1.5; expected the part to drop, such as 0.5",
                       ValueError);
  const Tensor x = Tensor::zeros({2, 3, 4});
  CHECK_THROWS_WITH_AS(Attention()(x),
                       "[Attention] the layer takes two or three inputs; got 1; expected {query, value} or {query, "
                       "value, key}",
                       ValueError);
  CHECK_THROWS_AS(Attention()({x, x, x, x}), ValueError);
  CHECK_THROWS_AS(Attention()({x, Tensor::zeros({2, 3, 5})}), ShapeError);
  CHECK_THROWS_AS(Attention()({x, Tensor::zeros({1, 3, 4})}), ShapeError);
  CHECK_THROWS_AS(Attention()({x, x, Tensor::zeros({2, 2, 4})}), ShapeError);
  CHECK_THROWS_AS(Attention()({Tensor::zeros({3, 4}), Tensor::zeros({3, 4})}), ShapeError);
  CHECK_THROWS_AS(Attention()({x, x}, {.masks = {std::nullopt, Tensor({{true, true}, {true, true}})}}), ShapeError);
}
