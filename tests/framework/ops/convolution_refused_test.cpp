// Convolutions of nothing, of symbolic operands, and those that are refused.
#include <cornu/framework/ops/convolution.hpp>

#include <doctest/doctest.h>

#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

using namespace cornu;

TEST_CASE("convolutions: shapes of symbolic operands") {
  const Tensor kernel = Tensor::zeros({3, 2, 4, 8});
  const auto shape = [](const Tensor& y) {
    CHECK(y.is_symbolic());
    return y.shape();
  };
  CHECK(shape(ops::conv(Tensor::symbolic({None, 9, None, 4}), kernel, {.strides = 2})) == Shape{None, 4, None, 8});
  CHECK(shape(ops::conv(Tensor::symbolic({None, 4, 9, 8}), kernel,
                        {.strides = 2, .padding = "same", .data_format = "channels_first"})) == Shape{None, 8, 5, 4});
  CHECK(shape(ops::conv_transpose(Tensor::symbolic({None, 9, None, 8}), kernel, {.strides = 2})) ==
        Shape{None, 19, None, 4});
  CHECK(shape(ops::depthwise_conv(Tensor::symbolic({None, 9, None, 4}), kernel)) == Shape{None, 7, None, 32});
}

TEST_CASE("convolutions: an empty batch, no channels, no filters") {
  CHECK(ops::conv(Tensor::zeros({0, 5, 4, 3}), Tensor::zeros({2, 2, 3, 6})).shape() == Shape{0, 4, 3, 6});
  CHECK(ops::conv_transpose(Tensor::zeros({0, 5, 3}), Tensor::zeros({2, 6, 3})).shape() == Shape{0, 6, 6});
  CHECK(ops::depthwise_conv(Tensor::zeros({0, 5, 3}), Tensor::zeros({2, 3, 2})).shape() == Shape{0, 4, 6});
  CHECK(ops::conv(Tensor::zeros({1, 0, 3}), Tensor::zeros({2, 3, 6}), {.padding = "same"}).shape() == Shape{1, 0, 6});
  CHECK(ops::conv_transpose(Tensor::zeros({1, 0, 3}), Tensor::zeros({2, 6, 3})).shape() == Shape{1, 0, 6});
  CHECK(ops::array_equal(ops::conv(Tensor::zeros({1, 3, 0}), Tensor::zeros({2, 0, 2}), {.bias = Tensor({1.F, 2.F})}),
                         Tensor({{{1.F, 2.F}, {1.F, 2.F}}})));
  CHECK(ops::conv(Tensor::zeros({1, 3, 2}), Tensor::zeros({2, 2, 0})).shape() == Shape{1, 2, 0});
  CHECK(ops::array_equal(ops::conv_transpose(Tensor::zeros({1, 2, 0}), Tensor::zeros({1, 2, 0})),
                         Tensor::zeros({1, 2, 2})));
}

TEST_CASE("convolutions: refused") {
  const Tensor x = Tensor::zeros({2, 5, 4}), kernel = Tensor::zeros({2, 4, 6});
  CHECK_THROWS_WITH_AS(ops::conv(x, Tensor::zeros({6, 4, 6})),
                       "[conv] a window is larger than the input; got 6 elements along an axis of 5; expected no more; "
                       "pad the input, or take padding \"same\"",
                       ShapeError);
  CHECK_THROWS_WITH_AS(ops::conv(x, Tensor::zeros({2, 3, 6})),
                       "[conv] channels do not fit the kernel; got 4 of the input and a kernel (2, 3, 6); expected 3, "
                       "or a multiple of that many that divides the 6 filters into groups",
                       ShapeError);
  CHECK_THROWS_AS(ops::conv(x, Tensor::zeros({2, 2, 3})), ShapeError);  // two groups, three filters
  CHECK_THROWS_AS(ops::conv(x, Tensor::zeros({2, 0, 4})), ShapeError);
  CHECK_THROWS_AS(ops::conv(x, Tensor::zeros({0, 4, 6})), ShapeError);
  CHECK_THROWS_AS(ops::conv(x, Tensor::zeros({2, 2, 4, 6})), ShapeError);
  CHECK_THROWS_AS(ops::conv(x, kernel, {.bias = Tensor::zeros({5})}), ShapeError);
  CHECK_THROWS_AS(ops::conv(Tensor::zeros({2, 5}), Tensor::zeros({2, 4})), ShapeError);
  CHECK_THROWS_AS(ops::conv(Tensor::zeros({1, 1, 1, 1, 1, 1}), Tensor::zeros({1, 1, 1, 1, 1, 1})), ShapeError);
  CHECK_THROWS_AS(ops::conv(x.astype(int32), kernel.astype(int32)), ValueError);
  CHECK_THROWS_AS(ops::conv(x, kernel.astype(float64)), ValueError);
  CHECK_THROWS_AS(ops::conv_transpose(x, kernel), ShapeError);
  CHECK_THROWS_AS(ops::depthwise_conv(x, Tensor::zeros({2, 3, 1})), ShapeError);
  CHECK_THROWS_AS(
      ops::conv_transpose(Tensor::zeros({1, 1, 3}), Tensor::zeros({2, 1, 3}), {.padding = "same", .output_padding = 0}),
      ShapeError);
}

TEST_CASE("convolutions: options that are refused") {
  const Tensor x = Tensor::zeros({2, 5, 4}), kernel = Tensor::zeros({2, 4, 6});
  CHECK_THROWS_WITH_AS(ops::conv(x, kernel, {.strides = 0}), "[conv] `strides` is too small; got 0; expected 1 or more",
                       ValueError);
  CHECK_THROWS_WITH_AS(ops::conv(x, kernel, {.strides = {1, 2}}),
                       "[conv] `strides` has another number of axes; got 2 numbers for 1 axes; expected one number, or "
                       "one for each axis",
                       ValueError);
  CHECK_THROWS_WITH_AS(ops::conv(x, kernel, {.padding = "full"}),
                       "[conv] unknown `padding`; got \"full\"; expected \"valid\", \"same\" or \"causal\"",
                       ValueError);
  CHECK_THROWS_AS(ops::depthwise_conv(x, Tensor::zeros({2, 4, 1}), {.padding = "causal"}), ValueError);
  CHECK_THROWS_AS(ops::conv(Tensor::zeros({1, 4, 4, 1}), Tensor::zeros({2, 2, 1, 1}), {.padding = "causal"}),
                  ValueError);
  CHECK_THROWS_AS(ops::conv(x, kernel, {.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(ops::conv(x, kernel, {.dilation_rate = 0}), ValueError);
  CHECK_THROWS_AS(ops::conv(x, kernel, {.padding = "same", .dilation_rate = std::int64_t{1} << 31}), ValueError);
  CHECK_THROWS_AS(
      ops::conv_transpose(Tensor::zeros({2, 5, 6}), kernel, {.strides = std::numeric_limits<std::int64_t>::max()}),
      ShapeError);
  CHECK_THROWS_AS(ops::PerAxis({1, 2, 3, 4}), ValueError);
}
