#include <cornu/layers/normalization/group_normalization.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::GroupNormalization;

namespace {

void check_case(const std::string& name, GroupNormalization layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "normalization"});
}

}  // namespace

TEST_CASE("GroupNormalization: outputs, masks and gradients are Keras's") {
  check_case("group", GroupNormalization({.groups = 2}));
  check_case("group_flat", GroupNormalization({.groups = 3, .epsilon = 0.5}));
  check_case("group_axis1", GroupNormalization({.groups = 2, .axis = 1, .center = false}));
  check_case("group_axis_2", GroupNormalization({.groups = 3, .axis = -2, .scale = false}));
  check_case("group_each", GroupNormalization({.groups = -1}));
  check_case("group_masked", GroupNormalization({.groups = 1}));
}

TEST_CASE("GroupNormalization: keeps a layer's promises") {
  const LayerExpectations expected{.output_shape = Shape{3, 6}, .weight_names = {{"gamma", "beta"}}};
  check(check_layer([] { return GroupNormalization({.groups = 2}); }, Shape{3, 6}, expected));
  check(check_layer([] { return GroupNormalization({.groups = -1, .axis = 1}); }, Shape{2, 3, 4}));
  check(check_layer([] { return GroupNormalization({.groups = 2, .center = false, .scale = false}); },
                    Shape{2, 3, 2, 4}));
}

TEST_CASE("GroupNormalization: groups of one channel are counted once the layer is built, as Keras does") {
  GroupNormalization layer({.groups = -1});
  CHECK(layer.get_config()["groups"].as_int() == -1);
  layer.ensure_built(Shape{None, 5, 3});
  CHECK(layer.get_config()["groups"].as_int() == 3);
}

TEST_CASE("GroupNormalization: an empty batch") {
  CHECK(GroupNormalization({.groups = 1})(Tensor::zeros({0, 2, 3})).shape() == Shape{0, 2, 3});
}

TEST_CASE("GroupNormalization: refused") {
  CHECK_THROWS_WITH_AS(GroupNormalization({.groups = 0}),
                       "[GroupNormalization] `groups` must be a positive integer, or -1 for one of each channel; got 0",
                       ValueError);
  CHECK_THROWS_AS(GroupNormalization({.epsilon = -1}), ValueError);
  CHECK_THROWS_WITH_AS(GroupNormalization({.groups = 4})(Tensor::zeros({2, 6})),
                       "[GroupNormalization] the channels do not divide into the groups; got 6 channels of shape (2, "
                       "6) and 4 groups; expected a multiple",
                       ValueError);
  CHECK_THROWS_AS(GroupNormalization()(Tensor::zeros({2, 6})), ValueError);
  CHECK_THROWS_AS(GroupNormalization({.groups = 1, .axis = 0})(Tensor::zeros({2, 6})), ValueError);
  CHECK_THROWS_AS(GroupNormalization({.groups = 1, .axis = 2})(Tensor::zeros({2, 6})), IndexError);
  CHECK_THROWS_AS(GroupNormalization({.groups = 1}).ensure_built(Shape{2, None}), ShapeError);
  CHECK_THROWS_AS(GroupNormalization({.groups = -1}).ensure_built(Shape{2, 0}), ValueError);
  GroupNormalization layer({.groups = 2});
  layer(Tensor::zeros({2, 6}));
  CHECK_THROWS_AS(layer(Tensor::zeros({2, 8})), ShapeError);
}
