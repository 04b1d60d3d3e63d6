#include <cornu/layers/normalization/rms_normalization.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::RMSNormalization;

namespace {

void check_case(const std::string& name, RMSNormalization layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "normalization"});
}

}  // namespace

TEST_CASE("RMSNormalization: outputs and gradients are Keras's") {
  check_case("rms", RMSNormalization());
  check_case("rms_axes", RMSNormalization({.axis = {1, 2}, .epsilon = 0.5}));
}

TEST_CASE("RMSNormalization: keeps a layer's promises") {
  check(check_layer([] { return RMSNormalization(); }, Shape{3, 4},
                    {.output_shape = Shape{3, 4}, .weight_names = {{"scale"}}}));
  check(check_layer([] { return RMSNormalization({.axis = {-1, 1}}); }, Shape{2, 3, 4}));
  check(check_layer([] { return RMSNormalization({.axis = 1}); }, Shape{2, 3, 4}));
}

TEST_CASE("RMSNormalization: the mean stays") {
  CHECK(ops::all_close(RMSNormalization()(Tensor({{3.F, 4.F}, {5.F, 5.F}})),
                       Tensor({{0.848528F, 1.131371F}, {1.F, 1.F}}), 1e-6));
}

TEST_CASE("RMSNormalization: a built layer's axes are a sorted list in its config, as Keras's") {
  RMSNormalization layer({.axis = 1});
  layer.ensure_built(Shape{None, 3});
  CHECK(layer.get_config()["axis"].to_json() == "[1]");
}

TEST_CASE("RMSNormalization: integers are cast, and an empty batch") {
  CHECK(RMSNormalization()(Tensor({{2, 2}})).dtype() == float32);
  CHECK(RMSNormalization()(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
}

TEST_CASE("RMSNormalization: refused") {
  CHECK_THROWS_AS(RMSNormalization({.epsilon = -1}), ValueError);
  CHECK_THROWS_AS(RMSNormalization({.axis = 2})(Tensor::zeros({2, 3})), IndexError);
  CHECK_THROWS_AS(RMSNormalization({.axis = {1, -1}})(Tensor::zeros({2, 3})), ValueError);
  CHECK_THROWS_AS(RMSNormalization()(Tensor::zeros({1, 2, 3}), {.mask = Tensor({{true, false}})}), StateError);
  RMSNormalization layer;
  layer(Tensor::zeros({2, 3}));
  CHECK_THROWS_AS(layer(Tensor::zeros({2, 4})), ShapeError);
}
