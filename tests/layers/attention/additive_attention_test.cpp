#include <cornu/layers/attention/additive_attention.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::AdditiveAttention;

namespace {

void check_case(const std::string& name, AdditiveAttention layer, bool scores, bool causal) {
  testing::check_keras_case(name, std::move(layer),
                            {.fixture = "attention", .return_attention_scores = scores, .use_causal_mask = causal});
}

}  // namespace

TEST_CASE("AdditiveAttention: outputs, scores, masks and gradients are Keras's") {
  check_case("additive", AdditiveAttention(), true, false);
  check_case("additive_no_scale", AdditiveAttention({.use_scale = false}), false, false);
  check_case("additive_masked", AdditiveAttention(), true, true);
}

TEST_CASE("AdditiveAttention: keeps a layer's promises") {
  const Tensors inputs{random::normal({2, 3, 4}), random::normal({2, 5, 4})};
  check(check_layer([] { return AdditiveAttention(); }, inputs,
                    {.output_shape = Shape{2, 3, 4}, .weight_names = {{"scale"}}}));
  check(check_layer([] { return AdditiveAttention({.use_scale = false, .dropout = 0.25}); }, inputs));
}

TEST_CASE("AdditiveAttention: a query without a key gives 0") {
  const Tensor x = random::normal({1, 3, 4});
  const Mask nothing = Tensor({{false, false, false}});
  CHECK(ops::array_equal(AdditiveAttention()({x, x}, {.masks = {std::nullopt, nothing}}), Tensor::zeros({1, 3, 4})));
}

TEST_CASE("AdditiveAttention: an empty batch, and what is refused") {
  CHECK(AdditiveAttention()({Tensor::zeros({0, 3, 4}), Tensor::zeros({0, 5, 4})}).shape() == Shape{0, 3, 4});
  CHECK_THROWS_WITH_AS(AdditiveAttention({.dropout = -1}), doctest::Contains("[AdditiveAttention] "), ValueError);
  CHECK_THROWS_AS(AdditiveAttention()(Tensor::zeros({2, 3, 4})), ValueError);
  CHECK_THROWS_AS(AdditiveAttention()({Tensor::zeros({2, 3, 4}), Tensor::zeros({2, 3, 5})}), ShapeError);
  AdditiveAttention layer;
  layer({Tensor::zeros({2, 3, 4}), Tensor::zeros({2, 3, 4})});
  CHECK_THROWS_AS(layer({Tensor::zeros({2, 3, 5}), Tensor::zeros({2, 3, 5})}), ShapeError);
}
