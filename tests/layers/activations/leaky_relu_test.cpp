#include <cornu/layers/activations/leaky_relu.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::LeakyReLU;

namespace {

void check_case(const std::string& name, LeakyReLU layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "activation_layers"});
}

}  // namespace

TEST_CASE("LeakyReLU: outputs, masks and gradients are Keras's") {
  check_case("leaky_relu", LeakyReLU());
  check_case("leaky_relu_slope", LeakyReLU({.negative_slope = 0.75}));
}

TEST_CASE("LeakyReLU: keeps a layer's promises") {
  check(check_layer([] { return LeakyReLU(); }, Shape{2, 3, 4}, {.output_shape = Shape{2, 3, 4}}));
}

TEST_CASE("LeakyReLU: older files say alpha") {
  const Config old = keras_object("keras.layers", "LeakyReLU", {{"alpha", 0.5}});
  CHECK((*layer_from_config({old, "test", "", "old"}))(Tensor({-2.F})).item<float>() == -1);
}

TEST_CASE("LeakyReLU: integers are cast, and an empty batch") {
  CHECK(LeakyReLU({.negative_slope = 0.5})(Tensor({-1})).item<float>() == -0.5F);
  CHECK(LeakyReLU()(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
}

TEST_CASE("LeakyReLU: refused") { CHECK_THROWS_AS(LeakyReLU({.negative_slope = -0.5}), ValueError); }
