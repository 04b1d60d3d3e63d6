#include <cornu/layers/convolutional/separable_conv.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::SeparableConv1D, layers::SeparableConv2D;

namespace {

template <class L>
void check_case(const std::string& name, L layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "convolution"});
}

}  // namespace

TEST_CASE("SeparableConv1D, SeparableConv2D: outputs and gradients are Keras's") {
  check_case("separable1d", SeparableConv1D(3, 2, {.depth_multiplier = 2}));
  check_case("separable1d_same", SeparableConv1D(3, 3, {.strides = 2, .padding = "same", .activation = "tanh"}));
  check_case("separable2d", SeparableConv2D(3, {2, 3}, {.padding = "same"}));
  check_case("separable2d_first",
             SeparableConv2D(2, 2, {.data_format = "channels_first", .dilation_rate = 2, .use_bias = false}));
}

TEST_CASE("separable convolutions: keep a layer's promises") {
  const std::vector<std::string> names{"depthwise_kernel", "pointwise_kernel", "bias"};
  check(check_layer([] { return SeparableConv1D(3, 2, {.padding = "same", .depth_multiplier = 2}); }, Shape{2, 4, 2},
                    {.output_shape = Shape{2, 4, 3}, .weight_names = names}));
  check(check_layer(
      [] {
        return SeparableConv2D(3, {2, 1}, {.strides = {1, 2}, .data_format = "channels_first", .activation = "tanh"});
      },
      Shape{2, 2, 3, 4}, {.output_shape = Shape{2, 3, 2, 2}, .weight_names = names}));
}

TEST_CASE("SeparableConv2D: an empty batch, and extents that are not known") {
  CHECK(SeparableConv2D(5, 2)(Tensor::zeros({0, 4, 3, 2})).shape() == Shape{0, 3, 2, 5});
  CHECK(SeparableConv2D(5, 2).compute_output_shape({None, None, 3, 2}) == Shape{None, None, 2, 5});
}

TEST_CASE("SeparableConv2D: refused") {
  CHECK_THROWS_WITH_AS(SeparableConv2D(-1, 2),
                       "[SeparableConv2D] `filters` must be a positive integer; got -1; expected 1 or more",
                       ValueError);
  CHECK_THROWS_AS(SeparableConv2D(3, {2, 0}), ValueError);
  CHECK_THROWS_AS(SeparableConv2D(3, 2, {.strides = 0}), ValueError);
  CHECK_THROWS_AS(SeparableConv1D(3, 2, {.padding = "causal"}), ValueError);
  CHECK_THROWS_AS(SeparableConv2D(3, 2, {.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(SeparableConv2D(3, 2, {.dilation_rate = 0}), ValueError);
  CHECK_THROWS_AS(SeparableConv2D(3, 2, {.depth_multiplier = 0}), ValueError);
  CHECK_THROWS_AS(SeparableConv2D(3, 5)(Tensor::zeros({1, 4, 3, 2})), ShapeError);
  CHECK_THROWS_AS(SeparableConv2D(3, 2)(Tensor::zeros({2, 5, 4})), ShapeError);
  SeparableConv1D layer(3, 2);
  layer(Tensor::zeros({1, 5, 2}));
  CHECK_THROWS_AS(layer(Tensor::zeros({1, 5, 4})), ShapeError);
}
