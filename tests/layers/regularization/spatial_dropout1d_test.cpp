#include <cornu/layers/regularization/spatial_dropout1d.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::SpatialDropout1D;

namespace {

const CallContext training{.training = true};

}  // namespace

TEST_CASE("SpatialDropout1D: keeps a layer's promises") {
  check(
      check_layer([] { return SpatialDropout1D(0.4, {.seed = 3}); }, Shape{4, 5, 8}, {.output_shape = Shape{4, 5, 8}}));
}

TEST_CASE("SpatialDropout1D: a channel of a sample is dropped in all places or in none, the others are scaled") {
  random::set_seed(1);
  const Tensor y = SpatialDropout1D(0.25)(Tensor::ones({200, 2, 50}), training);
  const Tensor most = ops::max(y, {.axis = {1}}), least = ops::min(y, {.axis = {1}});
  CHECK(ops::array_equal(most, least));
  CHECK(ops::max(y).item<float>() == doctest::Approx(1 / 0.75));
  CHECK(ops::mean(ops::cast(ops::equal(most, 0), float32)).item<float>() == doctest::Approx(0.25).epsilon(0.05));
}

TEST_CASE("SpatialDropout1D: outside training, and with rate 0, the input itself; with rate 1 nothing") {
  const Tensor x = Tensor::ones({4, 5, 8});
  CHECK(SpatialDropout1D(0.5)(x).identity() == x.identity());
  CHECK(SpatialDropout1D(0)(x, training).identity() == x.identity());
  CHECK(ops::array_equal(SpatialDropout1D(1)(x, training), Tensor::zeros({4, 5, 8})));
}

TEST_CASE("SpatialDropout1D: a seed begins the same stream, which its state continues") {
  const Tensor x = Tensor::ones({4, 5, 8});
  SpatialDropout1D layer(0.5, {.seed = 4}), same(0.5, {.seed = 4});
  layer(x, training);
  same.set_state(layer.state());
  CHECK(ops::array_equal(layer(x, training), same(x, training)));
}

TEST_CASE("SpatialDropout1D: an empty batch, and a mask that passes through") {
  CHECK(SpatialDropout1D(0.5)(Tensor::zeros({0, 2, 3}), training).rank() == 3);
  const Tensor x = Tensor::zeros({1, 2, 3});
  CHECK(SpatialDropout1D(0.5).apply(x, {.training = true, .mask = Tensor({{true, false}})}).second.has_value());
}

TEST_CASE("SpatialDropout1D: the config is Keras's, which does not say whether the layer is frozen") {
  CHECK(SpatialDropout1D(0.5, {.name = "s"}).get_config().to_json() ==
        R"({"rate": 0.5, "seed": null, "name": "s", "dtype": "float32"})");
}

TEST_CASE("SpatialDropout1D: refused") {
  CHECK_THROWS_WITH_AS(SpatialDropout1D(1.5),
                       "[SpatialDropout1D] rate must lie in 0 … 1; got 1.5; expected the part to drop, such as 0.5",
                       ValueError);
  CHECK_THROWS_AS(SpatialDropout1D(0.5)(Tensor::zeros({4, 3})), ShapeError);
}
