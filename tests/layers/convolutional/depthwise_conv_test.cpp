#include <cornu/layers/convolutional/depthwise_conv.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::DepthwiseConv1D, layers::DepthwiseConv2D;

namespace {

template <class L>
void check_case(const std::string& name, L layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "convolution"});
}

}  // namespace

TEST_CASE("DepthwiseConv1D, DepthwiseConv2D: outputs and gradients are Keras's") {
  check_case("depthwise1d", DepthwiseConv1D(3));
  check_case("depthwise1d_same", DepthwiseConv1D(3, {.strides = 2, .padding = "same", .depth_multiplier = 2}));
  check_case("depthwise2d", DepthwiseConv2D({2, 3}, {.depth_multiplier = 2, .activation = "relu"}));
  check_case("depthwise2d_first", DepthwiseConv2D(2, {.data_format = "channels_first", .dilation_rate = {1, 2}}));
}

TEST_CASE("DepthwiseConv2D: unequal strides, and strides beside a dilation, as Keras takes them") {
  check_case("depthwise2d_strides", DepthwiseConv2D(2, {.strides = {2, 1}, .padding = "same", .use_bias = false}));
  check_case("depthwise2d_strides_dilated", DepthwiseConv2D(2, {.strides = 2, .dilation_rate = 2}));
}

TEST_CASE("depthwise convolutions: keep a layer's promises") {
  const std::vector<std::string> names{"kernel", "bias"};
  check(check_layer([] { return DepthwiseConv1D(3, {.padding = "same", .depth_multiplier = 2}); }, Shape{2, 4, 3},
                    {.output_shape = Shape{2, 4, 6}, .weight_names = names}));
  check(check_layer(
      [] {
        return DepthwiseConv2D({2, 1}, {.strides = {1, 2}, .data_format = "channels_first", .activation = "tanh"});
      },
      Shape{2, 2, 3, 4}, {.output_shape = Shape{2, 2, 2, 2}, .weight_names = names}));
}

TEST_CASE("DepthwiseConv2D: an empty batch, and extents that are not known") {
  CHECK(DepthwiseConv2D(2)(Tensor::zeros({0, 4, 3, 2})).shape() == Shape{0, 3, 2, 2});
  CHECK(DepthwiseConv2D(2).compute_output_shape({None, None, 3, 2}) == Shape{None, None, 2, 2});
}

TEST_CASE("DepthwiseConv2D: refused") {
  CHECK_THROWS_WITH_AS(DepthwiseConv2D(2, {.depth_multiplier = 0}),
                       "[DepthwiseConv2D] `depth_multiplier` must be a positive integer; got 0; expected 1 or more",
                       ValueError);
  CHECK_THROWS_AS(DepthwiseConv2D({2, 0}), ValueError);
  CHECK_THROWS_AS(DepthwiseConv2D(2, {.strides = 0}), ValueError);
  CHECK_THROWS_AS(DepthwiseConv1D(2, {.padding = "causal"}), ValueError);
  CHECK_THROWS_AS(DepthwiseConv2D(2, {.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(DepthwiseConv2D(2, {.dilation_rate = 0}), ValueError);
  CHECK_THROWS_AS(DepthwiseConv2D(5)(Tensor::zeros({1, 4, 3, 2})), ShapeError);
  CHECK_THROWS_AS(DepthwiseConv2D(2)(Tensor::zeros({2, 5, 4})), ShapeError);
  DepthwiseConv1D layer(2);
  layer(Tensor::zeros({1, 5, 2}));
  CHECK_THROWS_AS(layer(Tensor::zeros({1, 5, 4})), ShapeError);
}
