#include <cornu/layers/reshaping/zero_padding3d.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::ZeroPadding3D;

namespace {

void check_case(const std::string& name, ZeroPadding3D layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "reshaping"});
}

}  // namespace

TEST_CASE("ZeroPadding3D: outputs and gradients are Keras's") {
  check_case("zero_padding3d", ZeroPadding3D({.padding = {{1, 0}, {0, 1}, {0, 0}}}));
  check_case("zero_padding3d_first", ZeroPadding3D({.padding = {0, 0, 1}, .data_format = "channels_first"}));
}

TEST_CASE("ZeroPadding3D: keeps a layer's promises") {
  check(check_layer(
      [] {
        return ZeroPadding3D({.padding = {1, 0, 2}});
      },
      Shape{1, 2, 3, 2, 2}, {.output_shape = Shape{1, 4, 3, 6, 2}}));
}

TEST_CASE("ZeroPadding3D: an empty batch") {
  CHECK(ZeroPadding3D()(Tensor::zeros({0, 2, 3, 2, 2})).shape() == Shape{0, 4, 5, 4, 2});
}

TEST_CASE("ZeroPadding3D: refused") {
  CHECK_THROWS_AS(ZeroPadding3D({.padding = {1, 2}}), ValueError);
  CHECK_THROWS_AS(ZeroPadding3D({.padding = -1}), ValueError);
  CHECK_THROWS_AS(ZeroPadding3D({.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(ZeroPadding3D()(Tensor::zeros({2, 5, 4, 3})), ShapeError);
}
