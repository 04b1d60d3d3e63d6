#include <cornu/layers/reshaping/cropping2d.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::Cropping2D;

namespace {

void check_case(const std::string& name, Cropping2D layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "reshaping"});
}

}  // namespace

TEST_CASE("Cropping2D: outputs and gradients are Keras's") {
  check_case("cropping2d", Cropping2D({.cropping = {{1, 0}, {1, 2}}}));
  check_case("cropping2d_each", Cropping2D({.cropping = {1, 0}}));
  check_case("cropping2d_first", Cropping2D({.cropping = {{0, 1}, {1, 0}}, .data_format = "channels_first"}));
}

TEST_CASE("Cropping2D: keeps a layer's promises") {
  check(check_layer(
      [] {
        return Cropping2D({.cropping = {{1, 0}, {0, 2}}});
      },
      Shape{2, 3, 4, 2}, {.output_shape = Shape{2, 2, 2, 2}}));
  check(check_layer([] { return Cropping2D({.cropping = 1, .data_format = "channels_first"}); }, Shape{2, 3, 4, 3},
                    {.output_shape = Shape{2, 3, 2, 1}}));
}

TEST_CASE("Cropping2D: nothing is cut off unless told, extents that are not known stay so, an empty batch") {
  CHECK(Cropping2D()(Tensor::zeros({1, 3, 4, 2})).shape() == Shape{1, 3, 4, 2});
  CHECK(Cropping2D({.cropping = 1}).compute_output_shape({None, None, 5, 3}) == Shape{None, None, 3, 3});
  CHECK(Cropping2D({.cropping = 1})(Tensor::zeros({0, 3, 4, 2})).shape() == Shape{0, 1, 2, 2});
}

TEST_CASE("Cropping2D: refused") {
  CHECK_THROWS_AS(Cropping2D({.cropping = {1, 2, 3}}), ValueError);
  CHECK_THROWS_AS(Cropping2D({.cropping = {{1, 2}}}), ValueError);
  CHECK_THROWS_AS(Cropping2D({.cropping = {0, -1}}), ValueError);
  CHECK_THROWS_AS(Cropping2D({.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(Cropping2D()(Tensor::zeros({2, 5, 3})), ShapeError);
  CHECK_THROWS_AS(Cropping2D({.cropping = 2})(Tensor::zeros({1, 5, 4, 1})), ShapeError);
}
