#include <cornu/layers/core/einsum_dense.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/weights/initializers.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::EinsumDense;

namespace {

void check_case(const std::string& name, EinsumDense layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "core"});
}

}  // namespace

TEST_CASE("EinsumDense: outputs and gradients are Keras's") {
  check_case("einsum", EinsumDense("ab,bc->ac", {5}, {.activation = "relu", .bias_axes = "c"}));
  check_case("einsum_steps", EinsumDense("abc,cd->abd", {None, 2}, {.bias_axes = "d"}));
  check_case("einsum_left", EinsumDense("...x,xy->...y", {2}, {.bias_axes = "y"}));
  check_case("einsum_right", EinsumDense("ab...,bc->ac...", {5}, {.bias_axes = "c"}));
  check_case("einsum_heads", EinsumDense("abc,cde->abde", {None, 2, 5}, {.bias_axes = "de"}));
  check_case("einsum_out", EinsumDense("abde,dec->abc", {None, 2}, {.bias_axes = "c"}));
  check_case("einsum_bias_inside", EinsumDense("abc,cd->abd", {4, 2}, {.bias_axes = "b"}));
  check_case("einsum_order", EinsumDense("abc,dc->adb", {2, 4}, {.bias_axes = "db"}));
  check_case("einsum_no_bias", EinsumDense("abc,bcd->ad", {5}, {.activation = "tanh"}));
}

TEST_CASE("EinsumDense: keeps a layer's promises") {
  check(check_layer(
      [] {
        return EinsumDense("abc,cd->abd", {None, 2}, {.bias_axes = "d"});
      },
      Shape{2, 4, 3}, {.output_shape = Shape{2, 4, 2}, .weight_names = {{"kernel", "bias"}}}));
  check(check_layer([] { return EinsumDense("...x,xy->...y", {2}, {.activation = "tanh"}); }, Shape{2, 4, 3},
                    {.output_shape = Shape{2, 4, 2}, .weight_names = {{"kernel"}}}));
  check(check_layer([] { return EinsumDense("abc,bcd->ad", {5}, {.bias_axes = "d"}); }, Shape{2, 4, 3}));
}

TEST_CASE("EinsumDense: initializers count the inputs and outputs of the equation") {
  const auto limit = [](EinsumDense layer) {
    layer.ensure_built(Shape{None, 4, 30});
    return ops::max(ops::abs(layer.get_weights()[0])).item<float>();
  };
  const float limit_of_axes = std::sqrt(6.F / (30 + 2 * 50));
  CHECK(limit(EinsumDense("abc,cde->abde", {None, 2, 50})) <= limit_of_axes);
  CHECK(limit(EinsumDense("abc,cde->abde", {None, 2, 50})) > 0.98 * limit_of_axes);
  const initializers::GlorotUniform told({.input_axes = {0}, .output_axes = {1}});
  CHECK(limit(EinsumDense("abc,cde->abde", {None, 2, 50}, {.kernel_initializer = told})) > 1.5 * limit_of_axes);
}

TEST_CASE("EinsumDense: integers are cast, and an empty batch") {
  CHECK(EinsumDense("ab,bc->ac", {2})(Tensor({{1, 2}})).dtype() == float32);
  CHECK(EinsumDense("ab,bc->ac", {2})(Tensor::zeros({0, 3})).shape() == Shape{0, 2});
}

TEST_CASE("EinsumDense: refused") {
  for (const char* equation : {"", "ab", "ab,bc", "ab->ac,bc", "ab,bc->", "a b,bc->ac", "...ab,bc->ac", "a...,ab->b...",
                               "aab,bc->ac", "ab,bc->acc", "a1,1c->ac"}) {
    CAPTURE(equation);
    CHECK_THROWS_AS(EinsumDense(equation, {2}), ValueError);
  }
  CHECK_THROWS_WITH_AS(EinsumDense("ab,bc->ac", {2, 3})(Tensor::zeros({1, 3})),
                       "[EinsumDense] `output_shape` does not fit the equation; got (2, 3) for ab,bc->ac; expected a "
                       "positive extent or None for each letter of the result but the batch",
                       ValueError);
  CHECK_THROWS_AS(EinsumDense("ab,bc->ac", {0})(Tensor::zeros({1, 3})), ValueError);
  CHECK_THROWS_AS(EinsumDense("ab,bc->ac", {None})(Tensor::zeros({1, 3})), ShapeError);
  CHECK_THROWS_AS(EinsumDense("ab,bcd->ac", {2})(Tensor::zeros({1, 3})), ValueError);
  CHECK_THROWS_AS(EinsumDense("ab,bc->ad", {2})(Tensor::zeros({1, 3})), ValueError);
  CHECK_THROWS_AS(EinsumDense("ab,bc->ac", {2}, {.bias_axes = "d"})(Tensor::zeros({1, 3})), ValueError);
  CHECK_THROWS_WITH_AS(EinsumDense("abc,cd->abd", {5, 2})(Tensor::zeros({1, 4, 3})),
                       "[EinsumDense] input and `output_shape` differ along 'b'; got 4 and 5 in abc,cd->abd",
                       ShapeError);
  CHECK_THROWS_AS(EinsumDense("ab,bc->ac", {2})(Tensor::zeros({1, 4, 3})), ShapeError);
  CHECK_THROWS_AS(EinsumDense("...x,xy->...y", {2})(Tensor::zeros({3})), ShapeError);
  EinsumDense layer("ab,bc->ac", {2});
  layer(Tensor::zeros({1, 3}));
  CHECK_THROWS_AS(layer(Tensor::zeros({1, 4})), ShapeError);
  CHECK_THROWS_AS(layer(Tensor::zeros({1, 4, 3})), ShapeError);
  CHECK_THROWS_AS(EinsumDense("abc,cd->abd", {4, 2})(Tensor::zeros({1, 4, 3}), {.mask = Tensor::ones({1, 4}, boolean)}),
                  StateError);
}
