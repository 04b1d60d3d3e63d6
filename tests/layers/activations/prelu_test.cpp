#include <cornu/layers/activations/prelu.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::PReLU;

namespace {

void check_case(const std::string& name, PReLU layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "activation_layers"});
}

}  // namespace

TEST_CASE("PReLU: outputs, masks and gradients are Keras's") {
  check_case("prelu", PReLU());
  check_case("prelu_shared", PReLU({.shared_axes = {1, 2}}));
}

TEST_CASE("PReLU: keeps a layer's promises") {
  check(check_layer([] { return PReLU(); }, Shape{2, 3, 4},
                    {.output_shape = Shape{2, 3, 4}, .weight_names = {{"alpha"}}}));
  check(check_layer([] { return PReLU({.alpha_initializer = "ones", .shared_axes = {1}}); }, Shape{2, 3, 4}));
}

TEST_CASE("PReLU: a shared axis may have any extent") {
  PReLU layer({.alpha_initializer = "ones", .shared_axes = {1}});
  layer.ensure_built(Shape{None, None, 2});
  CHECK(layer.get_weights()[0].shape() == Shape{1, 2});
  CHECK(layer(Tensor::ones({1, 5, 2})).shape() == Shape{1, 5, 2});
}

TEST_CASE("PReLU: integers are cast, and an empty batch") {
  CHECK(PReLU({.alpha_initializer = "ones"})(Tensor({{-2}})).item<float>() == -2);
  CHECK(PReLU()(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
}

TEST_CASE("PReLU: refused") {
  CHECK_THROWS_WITH_AS(PReLU({.shared_axes = {2}})(Tensor::zeros({2, 3})),
                       "[PReLU] `shared_axes` names an axis that a sample has not; got 2 for (2, 3); expected 1 … 1",
                       ValueError);
  CHECK_THROWS_AS(PReLU({.shared_axes = {0}})(Tensor::zeros({2, 3})), ValueError);
  CHECK_THROWS_AS(PReLU().ensure_built(Shape{None, None}), ShapeError);
  PReLU layer;
  layer(Tensor::zeros({2, 3}));
  CHECK_THROWS_AS(layer(Tensor::zeros({2, 4})), ShapeError);
  CHECK_THROWS_AS(layer(Tensor::zeros({2, 3, 3})), ShapeError);
}
