#include <cornu/layers/reshaping/up_sampling2d.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::UpSampling2D;

namespace {

void check_case(const std::string& name, UpSampling2D layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "reshaping"});
}

}  // namespace

TEST_CASE("UpSampling2D: outputs and gradients are Keras's") {
  check_case("up_sampling2d", UpSampling2D({.size = {2, 3}}));
  check_case("up_sampling2d_first", UpSampling2D({.size = {1, 2}, .data_format = "channels_first"}));
  check_case("up_sampling2d_bilinear", UpSampling2D({.size = {2, 3}, .interpolation = "bilinear"}));
  check_case("up_sampling2d_bilinear_first",
             UpSampling2D({.size = {3, 1}, .data_format = "channels_first", .interpolation = "bilinear"}));
}

TEST_CASE("UpSampling2D: keeps a layer's promises") {
  check(check_layer(
      [] {
        return UpSampling2D({.size = {2, 3}});
      },
      Shape{2, 3, 2, 2}, {.output_shape = Shape{2, 6, 6, 2}}));
  check(check_layer([] { return UpSampling2D({.interpolation = "bilinear"}); }, Shape{2, 3, 2, 2},
                    {.output_shape = Shape{2, 6, 4, 2}}));
}

TEST_CASE("UpSampling2D: bilinear weighs the nearest centres") {
  const Tensor row = ops::reshape(Tensor({0.F, 1.F, 2.F}), {1, 1, 3, 1});
  const Tensor y = UpSampling2D({.size = {1, 2}, .interpolation = "bilinear"})(row);
  CHECK(y.to_vector<float>() == std::vector<float>{0, 0.25F, 0.75F, 1.25F, 1.75F, 2});
}

TEST_CASE("UpSampling2D: extents that are not known stay so, an empty batch, an image without rows") {
  CHECK(UpSampling2D({.interpolation = "bilinear"}).compute_output_shape({None, None, 2, 3}) ==
        Shape{None, None, 4, 3});
  for (const char* interpolation : {"nearest", "bilinear"}) {
    CHECK(UpSampling2D({.interpolation = interpolation})(Tensor::zeros({0, 5, 4, 2})).shape() == Shape{0, 10, 8, 2});
    CHECK(UpSampling2D({.interpolation = interpolation})(Tensor::zeros({1, 0, 4, 2})).shape() == Shape{1, 0, 8, 2});
  }
}

TEST_CASE("UpSampling2D: refused") {
  CHECK_THROWS_AS(UpSampling2D({.size = 0}), ValueError);
  CHECK_THROWS_AS(UpSampling2D({.size = {2, 2, 2}}), ValueError);
  CHECK_THROWS_AS(UpSampling2D({.data_format = "channels"}), ValueError);
  CHECK_THROWS_WITH_AS(UpSampling2D({.interpolation = "bicubic"}),
                       "[UpSampling2D] `interpolation` is not one that cornu has; got \"bicubic\"; expected "
                       "\"nearest\" or \"bilinear\" (Keras's \"bicubic\", \"lanczos3\" and \"lanczos5\" are not here)",
                       ValueError);
  CHECK_THROWS_AS(UpSampling2D()(Tensor::zeros({2, 5, 4})), ShapeError);
}
