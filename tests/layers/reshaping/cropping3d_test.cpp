#include <cornu/layers/reshaping/cropping3d.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::Cropping3D;

namespace {

void check_case(const std::string& name, Cropping3D layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "reshaping"});
}

}  // namespace

TEST_CASE("Cropping3D: outputs and gradients are Keras's") {
  check_case("cropping3d", Cropping3D({.cropping = {{0, 1}, {1, 0}, {0, 0}}}));
  check_case("cropping3d_first", Cropping3D({.cropping = {{0, 0}, {1, 0}, {1, 2}}, .data_format = "channels_first"}));
}

TEST_CASE("Cropping3D: keeps a layer's promises") {
  check(check_layer(
      [] {
        return Cropping3D({.cropping = {1, 0, 1}});
      },
      Shape{1, 3, 2, 4, 2}, {.output_shape = Shape{1, 1, 2, 2, 2}}));
}

TEST_CASE("Cropping3D: an empty batch") {
  CHECK(Cropping3D()(Tensor::zeros({0, 3, 4, 3, 2})).shape() == Shape{0, 1, 2, 1, 2});
}

TEST_CASE("Cropping3D: refused") {
  CHECK_THROWS_AS(Cropping3D({.cropping = {1, 2}}), ValueError);
  CHECK_THROWS_AS(Cropping3D({.cropping = -1}), ValueError);
  CHECK_THROWS_AS(Cropping3D({.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(Cropping3D()(Tensor::zeros({2, 5, 3, 4})), ShapeError);
  CHECK_THROWS_AS(Cropping3D()(Tensor::zeros({1, 3, 3, 2, 1})), ShapeError);
}
