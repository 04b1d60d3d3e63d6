#include <cornu/layers/pooling/pooling.hpp>

#include <doctest/doctest.h>

#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::AveragePooling1D, layers::AveragePooling2D, layers::AveragePooling3D;
using layers::MaxPooling1D, layers::MaxPooling2D, layers::MaxPooling3D;

namespace {

template <class L>
void check_case(const std::string& name, L layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "pooling"});
}

}  // namespace

TEST_CASE("MaxPooling1D, 2D and 3D: outputs and gradients are Keras's") {
  check_case("max1d", MaxPooling1D());
  check_case("max1d_same", MaxPooling1D(3, {.strides = 2, .padding = "same"}));
  check_case("max1d_first", MaxPooling1D(2, {.strides = 1, .data_format = "channels_first"}));
  check_case("max2d", MaxPooling2D({2, 3}));
  check_case("max2d_same", MaxPooling2D(3, {.strides = {2, 1}, .padding = "same"}));
  check_case("max2d_first", MaxPooling2D(2, {.padding = "same", .data_format = "channels_first"}));
  check_case("max3d", MaxPooling3D(2, {.strides = {1, 2, 1}}));
  check_case("max3d_first", MaxPooling3D({2, 1, 2}, {.padding = "same", .data_format = "channels_first"}));
}

TEST_CASE("MaxPooling2D: of equal elements the same one as in Keras takes the gradient") {
  check_case("max2d_equal", MaxPooling2D(3, {.strides = 1}));
}

TEST_CASE("AveragePooling1D, 2D and 3D: outputs and gradients are Keras's") {
  check_case("average1d", AveragePooling1D(2));
  check_case("average1d_same", AveragePooling1D(3, {.strides = 2, .padding = "same"}));
  check_case("average2d", AveragePooling2D({2, 3}, {.strides = 1}));
  check_case("average2d_same", AveragePooling2D(3, {.strides = {2, 1}, .padding = "same"}));
  check_case("average2d_first", AveragePooling2D(2, {.padding = "same", .data_format = "channels_first"}));
  check_case("average3d", AveragePooling3D(2, {.strides = {1, 2, 1}}));
  check_case("average3d_first", AveragePooling3D({2, 1, 2}, {.padding = "same", .data_format = "channels_first"}));
}

TEST_CASE("pooling layers: keep a layer's promises") {
  check(check_layer([] { return MaxPooling1D(); }, Shape{2, 5, 3}, {.output_shape = Shape{2, 2, 3}}));
  check(check_layer(
      [] {
        return MaxPooling2D({2, 1}, {.padding = "same", .data_format = "channels_first"});
      },
      Shape{2, 3, 3, 2}, {.output_shape = Shape{2, 3, 2, 2}}));
  check(check_layer([] { return MaxPooling3D(); }, Shape{1, 2, 3, 4, 2}, {.output_shape = Shape{1, 1, 1, 2, 2}}));
  check(check_layer([] { return AveragePooling1D(3, {.strides = 1}); }, Shape{2, 5, 3},
                    {.output_shape = Shape{2, 3, 3}}));
  check(check_layer([] { return AveragePooling2D(2, {.padding = "same"}); }, Shape{2, 3, 4, 2},
                    {.output_shape = Shape{2, 2, 2, 2}}));
  check(check_layer([] { return AveragePooling3D(2); }, Shape{1, 2, 3, 4, 2}, {.output_shape = Shape{1, 1, 1, 2, 2}}));
}

TEST_CASE("MaxPooling1D, 2D and 3D: options stand without the size, and the size among them") {
  const Tensor x = random::normal({2, 6, 7, 3});
  const Tensor by_one = MaxPooling2D(2, {.strides = 1})(x);
  CHECK(ops::array_equal(MaxPooling2D({.strides = 1})(x), by_one));
  CHECK(ops::array_equal(MaxPooling2D({.pool_size = {3, 2}, .strides = {2, 1}, .padding = "same"})(x),
                         MaxPooling2D({3, 2}, {.strides = {2, 1}, .padding = "same"})(x)));
  CHECK(MaxPooling2D({.pool_size = 3})(x).shape() == Shape{2, 2, 2, 3});
  CHECK(MaxPooling1D({.strides = 1})(Tensor::zeros({1, 5, 2})).shape() == Shape{1, 4, 2});
  CHECK(MaxPooling3D({.padding = "same", .name = "pool"}).name() == "pool");
  const Config config = MaxPooling2D({.strides = 3, .data_format = "channels_first", .dtype = float64}).get_config();
  CHECK(config["pool_size"].to_json() == "[2, 2]");
  CHECK(config["strides"].to_json() == "[3, 3]");
  CHECK(config["data_format"].as_string() == "channels_first");
  Sequential model{MaxPooling2D({.strides = 1})};
  CHECK(ops::array_equal(model(x), by_one));
}

TEST_CASE("MaxPooling1D: NaN comes through") {
  const float not_a_number = std::numeric_limits<float>::quiet_NaN();
  const Tensor y = MaxPooling1D()(Tensor({{{not_a_number}, {1.F}, {3.F}, {2.F}}}));
  CHECK(ops::array_equal(ops::is_nan(y), Tensor({{{true}, {false}}})));
}

TEST_CASE("AveragePooling1D: \"same\" averages what is there alone") {
  const Tensor y = AveragePooling1D(3, {.strides = 2, .padding = "same"})(Tensor({{{1.F}, {2.F}, {3.F}, {4.F}}}));
  CHECK(y.to_vector<float>() == std::vector<float>{2, 3.5F});
}

TEST_CASE("pooling layers: integers stay integers where the largest is taken, and become floats where the mean is") {
  const Tensor x({{{3}, {1}, {2}, {5}}});
  CHECK(ops::array_equal(MaxPooling1D()(x), Tensor({{{3}, {5}}})));
  CHECK(ops::array_equal(AveragePooling1D(2)(x), Tensor({{{2.F}, {3.5F}}})));
}

TEST_CASE("pooling layers: an empty batch, and extents that are not known") {
  CHECK(MaxPooling2D()(Tensor::zeros({0, 4, 5, 2})).shape() == Shape{0, 2, 2, 2});
  CHECK(AveragePooling2D(2)(Tensor::zeros({0, 4, 5, 2})).shape() == Shape{0, 2, 2, 2});
  CHECK(MaxPooling2D().compute_output_shape({None, None, 5, 2}) == Shape{None, None, 2, 2});
}

TEST_CASE("pooling layers: refused") {
  CHECK_THROWS_WITH_AS(MaxPooling2D({2, 0}),
                       "[MaxPooling2D] `pool_size` must be a positive integer; got 0; expected 1 or more", ValueError);
  CHECK_THROWS_WITH_AS(MaxPooling2D(4)(Tensor::zeros({1, 5, 3, 2})),
                       "[MaxPooling2D] a window is larger than the input; got 4 elements along an axis of 3; expected "
                       "no more; pad the input, or take padding \"same\"",
                       ShapeError);
  CHECK_THROWS_AS(MaxPooling2D({2, 2, 2}), ValueError);
  CHECK_THROWS_AS(MaxPooling2D(2, {.strides = 0}), ValueError);
  CHECK_THROWS_AS(MaxPooling1D(2, {.padding = "causal"}), ValueError);
  CHECK_THROWS_AS(AveragePooling2D(2, {.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(AveragePooling2D(2)(Tensor::zeros({1, 5, 3})), ShapeError);
  CHECK_THROWS_AS(MaxPooling1D()(Tensor::zeros({2, 5, 4}), {.mask = Tensor::ones({2, 5}, boolean)}), StateError);
}
