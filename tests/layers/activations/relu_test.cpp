#include <cornu/layers/activations/relu.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::ReLU;

namespace {

void check_case(const std::string& name, ReLU layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "activation_layers"});
}

}  // namespace

TEST_CASE("ReLU: outputs, masks and gradients are Keras's") {
  check_case("relu", ReLU());
  check_case("relu_options", ReLU({.max_value = 1.25, .negative_slope = 0.25, .threshold = 0.5}));
}

TEST_CASE("ReLU: keeps a layer's promises") {
  check(check_layer([] { return ReLU(); }, Shape{2, 3, 4}, {.output_shape = Shape{2, 3, 4}}));
  check(check_layer([] { return ReLU({.max_value = 0.5, .negative_slope = 0.25, .threshold = 0.25}); }, Shape{3, 4}));
}

TEST_CASE("ReLU: at the threshold itself the output is 0") {
  CHECK(ReLU({.threshold = 1})(Tensor({0.5F, 1.F, 1.5F})).to_vector<float>() == std::vector<float>{0, 0, 1.5F});
}

TEST_CASE("ReLU: integers stay integers, and an empty batch") {
  const Tensor y = ReLU()(Tensor({{-1, 16777217}}));
  CHECK(y.dtype() == int32);
  CHECK(y.to_vector<std::int32_t>() == std::vector<std::int32_t>{0, 16777217});
  CHECK(ReLU({.max_value = 6})(Tensor({{7}})).item<float>() == 6);
  CHECK(ReLU()(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
}

TEST_CASE("ReLU: refused") {
  CHECK_THROWS_WITH_AS(ReLU({.max_value = -1}), "[ReLU] `max_value` must not be negative; got -1; expected 0 or more",
                       ValueError);
  CHECK_THROWS_AS(ReLU({.negative_slope = -0.5}), ValueError);
  CHECK_THROWS_AS(ReLU({.threshold = std::nan("")}), ValueError);
}
