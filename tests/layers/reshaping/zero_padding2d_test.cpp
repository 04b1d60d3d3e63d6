#include <cornu/layers/reshaping/zero_padding2d.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::ZeroPadding2D;

namespace {

void check_case(const std::string& name, ZeroPadding2D layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "reshaping"});
}

}  // namespace

TEST_CASE("ZeroPadding2D: outputs and gradients are Keras's") {
  check_case("zero_padding2d", ZeroPadding2D({.padding = {{1, 0}, {2, 1}}}));
  check_case("zero_padding2d_first", ZeroPadding2D({.padding = {0, 1}, .data_format = "channels_first"}));
}

TEST_CASE("ZeroPadding2D: keeps a layer's promises") {
  check(check_layer(
      [] {
        return ZeroPadding2D({.padding = {{1, 0}, {0, 2}}});
      },
      Shape{2, 3, 2, 2}, {.output_shape = Shape{2, 4, 4, 2}}));
}

TEST_CASE("ZeroPadding2D: one zero all around unless told, and an empty batch") {
  CHECK(ZeroPadding2D()(Tensor::ones({1, 1, 1, 1})).to_vector<float>() ==
        std::vector<float>{0, 0, 0, 0, 1, 0, 0, 0, 0});
  CHECK(ZeroPadding2D()(Tensor::zeros({0, 5, 4, 2})).shape() == Shape{0, 7, 6, 2});
}

TEST_CASE("ZeroPadding2D: refused") {
  CHECK_THROWS_AS(ZeroPadding2D({.padding = {1, 2, 3}}), ValueError);
  CHECK_THROWS_AS(ZeroPadding2D({.padding = -1}), ValueError);
  CHECK_THROWS_AS(ZeroPadding2D({.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(ZeroPadding2D()(Tensor::zeros({2, 5, 4})), ShapeError);
}
