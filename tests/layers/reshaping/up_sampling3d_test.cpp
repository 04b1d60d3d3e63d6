#include <cornu/layers/reshaping/up_sampling3d.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::UpSampling3D;

namespace {

void check_case(const std::string& name, UpSampling3D layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "reshaping"});
}

}  // namespace

TEST_CASE("UpSampling3D: outputs and gradients are Keras's") {
  check_case("up_sampling3d", UpSampling3D({.size = {1, 2, 1}}));
  check_case("up_sampling3d_first", UpSampling3D({.size = {2, 1, 1}, .data_format = "channels_first"}));
}

TEST_CASE("UpSampling3D: keeps a layer's promises") {
  check(check_layer(
      [] {
        return UpSampling3D({.size = {1, 2, 3}});
      },
      Shape{1, 2, 2, 1, 2}, {.output_shape = Shape{1, 2, 4, 3, 2}}));
}

TEST_CASE("UpSampling3D: an empty batch") {
  CHECK(UpSampling3D()(Tensor::zeros({0, 2, 3, 2, 2})).shape() == Shape{0, 4, 6, 4, 2});
}

TEST_CASE("UpSampling3D: refused") {
  CHECK_THROWS_AS(UpSampling3D({.size = {1, 0, 1}}), ValueError);
  CHECK_THROWS_AS(UpSampling3D({.size = {2, 2}}), ValueError);
  CHECK_THROWS_AS(UpSampling3D({.data_format = "channels"}), ValueError);
  CHECK_THROWS_AS(UpSampling3D()(Tensor::zeros({2, 5, 4, 3})), ShapeError);
}
