#include <cornu/layers/convolutional/conv_transpose.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::Conv1DTranspose, layers::Conv2DTranspose, layers::Conv3DTranspose;

namespace {

template <class L>
void check_case(const std::string& name, L layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "convolution"});
}

}  // namespace

TEST_CASE("Conv1DTranspose: outputs and gradients are Keras's") {
  check_case("conv1d_transpose", Conv1DTranspose(2, 3));
  check_case("conv1d_transpose_same", Conv1DTranspose(2, 3, {.strides = 2, .padding = "same"}));
  check_case("conv1d_transpose_padded", Conv1DTranspose(2, 3, {.strides = 2, .output_padding = 1}));
  check_case("conv1d_transpose_same_padded",
             Conv1DTranspose(2, 2, {.strides = 2, .padding = "same", .output_padding = 1}));
  check_case("conv1d_transpose_same_least",
             Conv1DTranspose(2, 4, {.strides = 3, .padding = "same", .output_padding = 0}));
  check_case("conv1d_transpose_wide", Conv1DTranspose(2, 1, {.strides = 3, .activation = "tanh"}));
  check_case("conv1d_transpose_dilated", Conv1DTranspose(2, 3, {.padding = "same", .dilation_rate = 2}));
}

TEST_CASE("Conv2DTranspose, Conv3DTranspose: outputs and gradients are Keras's") {
  check_case("conv2d_transpose", Conv2DTranspose(2, {3, 2}, {.strides = {2, 1}, .padding = "same"}));
  check_case("conv2d_transpose_first",
             Conv2DTranspose(2, 2, {.strides = 2, .data_format = "channels_first", .use_bias = false}));
  check_case("conv3d_transpose", Conv3DTranspose(2, 2, {.strides = {1, 2, 1}}));
  check_case("conv3d_transpose_first",
             Conv3DTranspose(2, {1, 2, 3}, {.padding = "same", .data_format = "channels_first"}));
}

TEST_CASE("transposed convolutions: keep a layer's promises") {
  const std::vector<std::string> names{"kernel", "bias"};
  check(check_layer([] { return Conv1DTranspose(4, 3, {.strides = 2, .padding = "same"}); }, Shape{2, 3, 2},
                    {.output_shape = Shape{2, 6, 4}, .weight_names = names}));
  check(check_layer(
      [] {
        return Conv2DTranspose(3, 2, {.strides = {2, 3}, .data_format = "channels_first", .activation = "tanh"});
      },
      Shape{2, 2, 3, 2}, {.output_shape = Shape{2, 3, 6, 6}, .weight_names = names}));
  check(check_layer([] { return Conv3DTranspose(2, 2, {.use_bias = false}); }, Shape{1, 2, 1, 2, 2},
                    {.output_shape = Shape{1, 3, 2, 3, 2}}));
}

TEST_CASE("Conv1DTranspose: an empty batch, and extents that are not known") {
  CHECK(Conv1DTranspose(3, 2)(Tensor::zeros({0, 4, 2})).shape() == Shape{0, 5, 3});
  CHECK(Conv1DTranspose(3, 2, {.strides = 2}).compute_output_shape({None, None, 2}) == Shape{None, None, 3});
}

TEST_CASE("Conv2DTranspose: refused") {
  CHECK_THROWS_WITH_AS(Conv2DTranspose(3, 2, {.strides = 2, .output_padding = 2}),
                       "[Conv2DTranspose] `output_padding` must be less than the stride; got 2 for a stride of 2; "
                       "expected 0 … 1",
                       ValueError);
  CHECK_THROWS_AS(Conv2DTranspose(3, 2, {.strides = 2, .output_padding = -1}), ValueError);
  CHECK_THROWS_AS(Conv2DTranspose(3, 2, {.strides = 2, .dilation_rate = 2}), ValueError);
  CHECK_THROWS_AS(Conv2DTranspose(0, 2), ValueError);
  CHECK_THROWS_AS(Conv2DTranspose(3, 0), ValueError);
  CHECK_THROWS_AS(Conv2DTranspose(3, 2, {.strides = 0}), ValueError);
  CHECK_THROWS_AS(Conv1DTranspose(3, 2, {.padding = "causal"}), ValueError);
  CHECK_THROWS_AS(Conv2DTranspose(3, 2, {.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(Conv2DTranspose(3, 2)(Tensor::zeros({2, 5, 4})), ShapeError);
  CHECK_THROWS_AS(
      Conv1DTranspose(3, 4, {.strides = 2, .padding = "same", .output_padding = 0})(Tensor::zeros({2, 1, 4})),
      ShapeError);
  Conv1DTranspose layer(4, 2);
  layer(Tensor::zeros({1, 5, 2}));
  CHECK_THROWS_AS(layer(Tensor::zeros({1, 5, 4})), ShapeError);
}
