#include <cornu/layers/pooling/global_pooling.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::GlobalAveragePooling2D, layers::GlobalAveragePooling3D;
using layers::GlobalMaxPooling1D, layers::GlobalMaxPooling2D, layers::GlobalMaxPooling3D;

namespace {

template <class L>
void check_case(const std::string& name, L layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "pooling"});
}

}  // namespace

TEST_CASE("global pooling: outputs and gradients are Keras's") {
  check_case("global_max1d", GlobalMaxPooling1D());
  check_case("global_max1d_first", GlobalMaxPooling1D({.data_format = "channels_first", .keepdims = true}));
  check_case("global_max2d", GlobalMaxPooling2D({.keepdims = true}));
  check_case("global_max2d_first", GlobalMaxPooling2D({.data_format = "channels_first"}));
  check_case("global_max3d", GlobalMaxPooling3D());
  check_case("global_max3d_first", GlobalMaxPooling3D({.data_format = "channels_first", .keepdims = true}));
  check_case("global_average2d", GlobalAveragePooling2D());
  check_case("global_average2d_first", GlobalAveragePooling2D({.data_format = "channels_first", .keepdims = true}));
  check_case("global_average3d", GlobalAveragePooling3D({.keepdims = true}));
  check_case("global_average3d_first", GlobalAveragePooling3D({.data_format = "channels_first"}));
}

TEST_CASE("global pooling: keeps a layer's promises") {
  check(check_layer([] { return GlobalMaxPooling1D(); }, Shape{2, 4, 3}, {.output_shape = Shape{2, 3}}));
  check(check_layer([] { return GlobalMaxPooling2D({.keepdims = true}); }, Shape{2, 3, 2, 3},
                    {.output_shape = Shape{2, 1, 1, 3}}));
  check(check_layer([] { return GlobalMaxPooling3D({.data_format = "channels_first"}); }, Shape{2, 3, 2, 1, 2},
                    {.output_shape = Shape{2, 3}}));
  check(check_layer([] { return GlobalAveragePooling2D(); }, Shape{2, 3, 2, 3}, {.output_shape = Shape{2, 3}}));
  check(check_layer([] { return GlobalAveragePooling3D({.keepdims = true}); }, Shape{2, 3, 2, 1, 2},
                    {.output_shape = Shape{2, 1, 1, 1, 2}}));
}

TEST_CASE("global pooling: integers stay integers where the largest is taken, and become floats where the mean is") {
  const Tensor x = Tensor::ones({1, 2, 2, 1}, int32);
  CHECK(GlobalMaxPooling2D()(x).dtype() == int32);
  CHECK(GlobalAveragePooling2D()(x).dtype() == float32);
}

TEST_CASE("global pooling: NaN comes through") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor x({{{1.f, 2.f}, {nan, 3.f}, {2.f, 1.f}}});
  const Tensor most = GlobalMaxPooling1D()(x);
  CHECK(std::isnan(most.at<float>(0, 0)));
  CHECK(most.at<float>(0, 1) == 3);
}

TEST_CASE("global pooling: an empty batch, and extents that are not known") {
  CHECK(GlobalMaxPooling2D()(Tensor::zeros({0, 4, 5, 2})).shape() == Shape{0, 2});
  CHECK(GlobalAveragePooling2D()(Tensor::zeros({0, 4, 5, 2})).shape() == Shape{0, 2});
  CHECK(GlobalMaxPooling2D().compute_output_shape({None, None, None, 2}) == Shape{None, 2});
}

TEST_CASE("global pooling: refused") {
  CHECK_THROWS_AS(GlobalMaxPooling2D({.data_format = "channels"}), ValueError);
  CHECK_THROWS_WITH_AS(GlobalMaxPooling2D()(Tensor::zeros({1, 5, 3})),
                       "[GlobalMaxPooling2D] the input has another rank; got shape (1, 5, 3); expected rank 4: batch, "
                       "axes, and channels",
                       ShapeError);
  CHECK_THROWS_AS(GlobalMaxPooling2D()(Tensor::zeros({1, 0, 3, 2})), ShapeError);
  CHECK_THROWS_AS(GlobalMaxPooling1D()(Tensor::zeros({2, 5, 4}), {.mask = Tensor::ones({2, 5}, boolean)}), StateError);
}
