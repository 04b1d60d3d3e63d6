#include <cornu/layers/convolutional/conv.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::Conv1D, layers::Conv2D, layers::Conv3D;

namespace {

template <class L>
void check_case(const std::string& name, L layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "convolution"});
}

}  // namespace

TEST_CASE("Conv1D: outputs and gradients are Keras's") {
  check_case("conv1d", Conv1D(3, 2));
  check_case("conv1d_same", Conv1D(3, 3, {.strides = 2, .padding = "same", .activation = "relu"}));
  check_case("conv1d_causal", Conv1D(2, 3, {.padding = "causal", .dilation_rate = 2}));
  check_case("conv1d_causal_strides", Conv1D(2, 2, {.strides = 2, .padding = "causal"}));
  check_case("conv1d_causal_first", Conv1D(2, 3, {.padding = "causal", .data_format = "channels_first"}));
  check_case("conv1d_groups", Conv1D(4, 3, {.padding = "same", .groups = 2}));
  check_case("conv1d_dilated", Conv1D(2, 3, {.dilation_rate = 2, .use_bias = false}));
}

TEST_CASE("Conv2D: outputs and gradients are Keras's") {
  check_case("conv2d", Conv2D(3, {2, 3}));
  check_case("conv2d_same", Conv2D(3, {3, 2}, {.strides = {2, 1}, .padding = "same"}));
  check_case("conv2d_same_even", Conv2D(2, 4, {.strides = 3, .padding = "same"}));
  check_case("conv2d_first", Conv2D(3, 2, {.padding = "same", .data_format = "channels_first"}));
  check_case("conv2d_groups", Conv2D(4, 2, {.padding = "same", .dilation_rate = {1, 2}, .groups = 2}));
  check_case("conv2d_groups_strides", Conv2D(2, 3, {.strides = 2, .groups = 2, .use_bias = false}));
  check_case("conv2d_point", Conv2D(3, 1, {.activation = "tanh"}));
  check_case("conv2d_point_strides", Conv2D(3, 1, {.strides = 2}));
}

TEST_CASE("Conv3D: outputs and gradients are Keras's") {
  check_case("conv3d", Conv3D(2, {2, 1, 2}));
  check_case("conv3d_same", Conv3D(2, 2, {.strides = {1, 2, 1}, .padding = "same"}));
  check_case("conv3d_first_groups", Conv3D(3, 2, {.padding = "same", .data_format = "channels_first", .groups = 3}));
}

TEST_CASE("Conv1D, Conv2D, Conv3D: keep a layer's promises") {
  const std::vector<std::string> names{"kernel", "bias"}, kernel{"kernel"};
  check(check_layer([] { return Conv1D(4, 2, {.padding = "causal", .dilation_rate = 2, .activation = "tanh"}); },
                    Shape{2, 5, 3}, {.output_shape = Shape{2, 5, 4}, .weight_names = names}));
  check(check_layer([] { return Conv2D(4, 3, {.strides = 2, .padding = "same", .groups = 2}); }, Shape{2, 5, 4, 2},
                    {.output_shape = Shape{2, 3, 2, 4}, .weight_names = names}));
  check(check_layer(
      [] {
        return Conv2D(3, {1, 2}, {.data_format = "channels_first", .use_bias = false});
      },
      Shape{2, 2, 3, 4}, {.output_shape = Shape{2, 3, 3, 3}, .weight_names = kernel}));
  check(check_layer([] { return Conv3D(2, 2); }, Shape{1, 3, 2, 3, 2}, {.output_shape = Shape{1, 2, 1, 2, 2}}));
}

TEST_CASE("Conv1D: what is causal sees no step to come") {
  Conv1D layer(2, 3, {.padding = "causal", .dilation_rate = 3});
  const Tensor x = random::normal({1, 12, 2});
  const Tensor y = layer(x), cut = layer(ops::slice(x, 1, {.stop = 7}));
  CHECK(ops::all_close(ops::slice(y, 1, {.stop = 7}), cut));
}

TEST_CASE("Conv2D: integers are cast, padding may be written in capitals") {
  Conv2D layer(2, 2, {.padding = "SAME"});
  CHECK(layer(Tensor::ones({1, 3, 3, 1}, int32)).dtype() == float32);
  CHECK(layer.get_config()["padding"].as_string() == "same");
}

TEST_CASE("Conv2D: an empty batch, and extents that are not known") {
  CHECK(Conv2D(3, 2)(Tensor::zeros({0, 4, 5, 2})).shape() == Shape{0, 3, 4, 3});
  CHECK(Conv2D(3, 2, {.strides = 2}).compute_output_shape({None, None, 5, 2}) == Shape{None, None, 2, 3});
}

TEST_CASE("Conv2D: options that are refused") {
  CHECK_THROWS_WITH_AS(Conv2D(0, 2), "[Conv2D] `filters` must be a positive integer; got 0; expected 1 or more",
                       ValueError);
  CHECK_THROWS_WITH_AS(Conv2D(3, 2, {.groups = 2}),
                       "[Conv2D] the groups do not divide the filters; got 3 filters in 2 groups; expected a multiple "
                       "of 2",
                       ValueError);
  CHECK_THROWS_WITH_AS(Conv2D(3, 2, {.strides = {1, 2}, .dilation_rate = 2}),
                       "[Conv2D] `strides` above 1 do not go with a `dilation_rate` above 1; got (1, 2) and (2, 2); "
                       "expected one of them to be 1",
                       ValueError);
  CHECK_THROWS_WITH_AS(Conv2D(3, 2, {.padding = "causal"}),
                       "[Conv2D] unknown `padding`; got \"causal\"; expected \"valid\" or \"same\"", ValueError);
  CHECK_THROWS_AS(Conv2D(3, {2, 0}), ValueError);
  CHECK_THROWS_AS(Conv2D(3, {2, 2, 2}), ValueError);
  CHECK_THROWS_AS(Conv2D(3, 2, {.strides = 0}), ValueError);
  CHECK_THROWS_AS(Conv2D(3, 2, {.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(Conv2D(3, 2, {.dilation_rate = -1}), ValueError);
  CHECK_THROWS_AS(Conv2D(3, 2, {.groups = 0}), ValueError);
}

TEST_CASE("Conv2D: inputs that are refused, by the layer's name") {
  CHECK_THROWS_WITH_AS(Conv2D(3, 2)(Tensor::zeros({2, 5, 4})),
                       "[Conv2D] the input has another rank; got shape (2, 5, 4); expected rank 4: batch, axes, and "
                       "channels",
                       ShapeError);
  CHECK_THROWS_WITH_AS(Conv2D(4, 2, {.groups = 4})(Tensor::zeros({1, 5, 4, 2})),
                       "[Conv2D] the groups do not divide the channels; got 4 groups for an input (1, 5, 4, 2); "
                       "expected a multiple of 4 channels",
                       ShapeError);
  CHECK_THROWS_WITH_AS(Conv2D(3, 9, {.name = "wide"})(Tensor::zeros({1, 5, 4, 2})),
                       "[Conv2D 'wide'] a window is larger than the input; got 9 elements along an axis of 5; expected "
                       "no more; pad the input, or take padding \"same\"",
                       ShapeError);
  Conv2D layer(4, 2, {.padding = "same"});
  layer(Tensor::zeros({1, 5, 4, 2}));
  CHECK_THROWS_WITH_AS(layer(Tensor::zeros({1, 5, 4, 4})),
                       "[Conv2D] the layer was built for another input; got shape (1, 5, 4, 4); expected 2 channels",
                       ShapeError);
  CHECK_THROWS_AS(Conv2D(3, 2).compute_output_shape({None, 5, 4, None}), ShapeError);
  CHECK_THROWS_AS(Conv1D(3, 2)(Tensor::zeros({2, 5, 4}), {.mask = Tensor::ones({2, 5}, boolean)}), StateError);
}
