#include <cornu/layers/normalization/layer_normalization.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/layers/keras_case.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/check.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::LayerNormalization;

namespace {

void check_case(const std::string& name, LayerNormalization layer) {
  testing::check_keras_case(name, std::move(layer), {.fixture = "normalization"});
}

// What two layers say before any test has made one, since a program is told once.
const std::string said_of_rms_scaling = [] {
  testing::CapturedLog log({});
  for (int i = 0; i < 2; ++i) LayerNormalization({.rms_scaling = true});
  return log.take();
}();

}  // namespace

TEST_CASE("LayerNormalization: outputs, masks and gradients are Keras's") {
  check_case("layer", LayerNormalization());
  check_case("layer_axis1", LayerNormalization({.axis = 1, .epsilon = 0.5}));
  check_case("layer_axes", LayerNormalization({.axis = {2, 1}}));
  check_case("layer_axes_from_the_end", LayerNormalization({.axis = {-1, 1}}));
  check_case("layer_no_gamma", LayerNormalization({.scale = false}));
  check_case("layer_no_beta", LayerNormalization({.center = false}));
}

TEST_CASE("LayerNormalization: keeps a layer's promises") {
  const LayerExpectations expected{.output_shape = Shape{4, 5}, .weight_names = {{"gamma", "beta"}}};
  check(check_layer([] { return LayerNormalization(); }, Shape{4, 5}, expected));
  check(check_layer([] { return LayerNormalization({.axis = {1, -1}, .epsilon = 0.1}); }, Shape{2, 3, 4}));
  check(check_layer([] { return LayerNormalization({.center = false, .scale = false}); }, Shape{2, 3, 4}));
}

TEST_CASE("LayerNormalization: rms_scaling divides by the deviation from the mean, as Keras's, and says so once") {
  CHECK(said_of_rms_scaling ==
        "LayerNormalization: `rms_scaling` divides by the deviation from the mean, not by the root mean square; "
        "layers::RMSNormalization does the latter\n");
  const auto values = [](const Tensor& x) { return LayerNormalization({.rms_scaling = true})(x).to_vector<float>(); };
  CHECK(values(Tensor({{3.F, 4.F}}))[0] == doctest::Approx(5.988036));
  CHECK(values(Tensor({{3.F, 4.F}}))[1] == doctest::Approx(7.984048));
  CHECK(values(Tensor({{5.F, 5.F}}))[0] == doctest::Approx(158.1139));
  check_case("layer_rms", LayerNormalization({.scale = false, .rms_scaling = true}));
  check(check_layer([] { return LayerNormalization({.rms_scaling = true}); }, Shape{3, 4},
                    {.weight_names = {{"gamma"}}}));
}

TEST_CASE("LayerNormalization: a built layer's axes are a sorted list in its config, as Keras's") {
  LayerNormalization one, two({.axis = {2, 1}});
  CHECK(one.get_config()["axis"].to_json() == "-1");
  CHECK(two.get_config()["axis"].to_json() == "[2, 1]");
  one.ensure_built(Shape{None, 3});
  two.ensure_built(Shape{None, 3, 4});
  CHECK(one.get_config()["axis"].to_json() == "[-1]");
  CHECK(two.get_config()["axis"].to_json() == "[1, 2]");
}

TEST_CASE("LayerNormalization: integers are cast, and an empty batch") {
  CHECK(LayerNormalization()(Tensor({{1, 3}})).to_vector<float>()[1] == doctest::Approx(1 / std::sqrt(1.001)));
  CHECK(LayerNormalization()(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
}

TEST_CASE("LayerNormalization: refused") {
  CHECK_THROWS_WITH_AS(LayerNormalization({.epsilon = -1}),
                       "[LayerNormalization] `epsilon` must be a number from 0 on; got -1", ValueError);
  CHECK_THROWS_AS(LayerNormalization({.axis = std::initializer_list<std::int64_t>{}}), ValueError);
  CHECK_THROWS_AS(LayerNormalization({.axis = 2})(Tensor::zeros({2, 3})), IndexError);
  CHECK_THROWS_AS(LayerNormalization({.axis = {1, -1}})(Tensor::zeros({2, 3})), ValueError);
  CHECK_THROWS_AS(LayerNormalization().ensure_built(Shape{3, None}), ShapeError);
  LayerNormalization layer({.name = "norm"});
  layer(Tensor::zeros({2, 3}));
  CHECK_THROWS_WITH_AS(layer(Tensor::zeros({2, 4})),
                       "[LayerNormalization 'norm'] the layer was built for another input; got shape (2, 4); expected "
                       "extents (3,) along axes -1",
                       ShapeError);
}
