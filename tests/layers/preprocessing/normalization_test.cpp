#include <cornu/layers/preprocessing/normalization.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/captured_log.hpp"
#include "tests/support/check.hpp"
#include "tests/support/fixture.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::AxisList;
using layers::Normalization;

TEST_CASE("Normalization: what it learns and gives is Keras's") {
  const testing::Fixture keras("preprocessing");
  const auto check_case = [&](const std::string& name, Normalization layer) {
    CAPTURE(name);
    const Tensor data = keras.tensor(name + "/adapt/0");
    layer.adapt(data);
    CHECK(ops::all_close(layer.get_weights()[0], keras.tensor(name + "/mean"), 1e-5, 1e-6));
    CHECK(ops::all_close(layer.get_weights()[1], keras.tensor(name + "/variance"), 1e-5, 1e-6));
    CHECK(ops::all_close(layer(data), keras.tensor(name + "/output"), 1e-5, 1e-5));
  };
  check_case("normalization", Normalization());
  check_case("normalization_all", Normalization({.axis = std::nullopt}));
  check_case("normalization_axis1", Normalization({.axis = 1}));
  check_case("normalization_axes", Normalization({.axis = AxisList{2, 1}}));
  check_case("normalization_invert", Normalization({.invert = true}));
  check_case("normalization_constant", Normalization());
}

TEST_CASE("Normalization: mean and variance that are given broadcast as Keras's") {
  const testing::Fixture keras("preprocessing");
  const auto check_case = [&](const std::string& name, Normalization layer) {
    CAPTURE(name);
    CHECK(ops::all_close(layer(keras.tensor(name + "/input")), keras.tensor(name + "/output")));
    CHECK(layer.weights().empty());
  };
  check_case("normalization_given", Normalization({.mean = 3, .variance = 2}));
  check_case("normalization_given_vector",
             Normalization({.mean = layers::Numbers{0.5, 1, 2}, .variance = layers::Numbers{1, 4, 0.25}}));
  check_case("normalization_given_axes", Normalization({.axis = AxisList{1, 2},
                                                        .mean = layers::Numbers{0.5, 1, 2},
                                                        .variance = layers::Numbers{1, 4, 0.25},
                                                        .invert = true}));
}

TEST_CASE("Normalization: batches give what the whole gives, and adapt() forgets what was before") {
  const Tensor data = random::normal({10, 3}, 5, 2);
  const std::vector<Tensor> batches = ops::split(data, std::vector<std::int64_t>{3, 4}, 0);
  Normalization whole, parts;
  whole.adapt(data);
  parts.adapt(random::normal({4, 3}));
  parts.adapt(batches);
  CHECK(ops::all_close(parts.get_weights()[0], whole.get_weights()[0]));
  CHECK(ops::all_close(parts.get_weights()[1], whole.get_weights()[1]));
  CHECK(parts.get_weights()[2].item<std::int32_t>() == 0);
}

TEST_CASE("Normalization: a column of one value is 0, another value there is large, and adapt() says so") {
  testing::CapturedLog log({});
  Normalization layer({.name = "scale"});
  layer.adapt(Tensor({{5.F, 1.F}, {5.F, 3.F}}));
  CHECK(log.take() ==
        "Normalization 'scale': adapt() has seen one value alone at 1 of 2 places along `axis`; another one there is "
        "divided by 1e-07\n");
  CHECK(ops::all_close(layer(Tensor({{5.F, 1.F}, {6.F, 3.F}})), Tensor({{0.F, -1.F}, {1e7F, 1.F}})));
  layer.adapt(Tensor({{4.F, 1.F}, {5.F, 3.F}}));
  CHECK(log.text().empty());
}

TEST_CASE("Normalization: keeps a layer's promises") {
  check(check_layer([] { return Normalization(); }, Shape{2, 4, 3},
                    {.output_shape = Shape{2, 4, 3}, .weight_names = {{"mean", "variance", "count"}}}));
  check(check_layer([] { return Normalization({.axis = std::nullopt, .invert = true}); }, Shape{2, 3}));
  check(check_layer([] { return Normalization({.mean = 1, .variance = 4}); }, Shape{2, 3},
                    {.weight_names = std::vector<std::string>()}));
}

TEST_CASE("Normalization: integers are cast, and an empty batch") {
  CHECK(Normalization()(Tensor({{1, 2}})).dtype() == float32);
  CHECK(Normalization()(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
}

TEST_CASE("Normalization: refused") {
  CHECK_THROWS_WITH_AS(Normalization({.mean = 1}), "[Normalization] mean and variance go together; got mean alone",
                       ValueError);
  CHECK_THROWS_AS(Normalization({.mean = 1, .variance = layers::Numbers{1, 2}}), ValueError);
  CHECK_THROWS_AS(Normalization({.axis = std::nullopt, .mean = layers::Numbers{1}, .variance = layers::Numbers{1}}),
                  ValueError);
  CHECK_THROWS_AS(Normalization({.axis = 2})(Tensor::zeros({2, 3})), IndexError);
  CHECK_THROWS_AS(Normalization().ensure_built(Shape{2, None}), ShapeError);
  CHECK_THROWS_AS(
      Normalization({.mean = layers::Numbers{1, 2}, .variance = layers::Numbers{1, 2}})(Tensor::zeros({2, 3})),
      ShapeError);
  Normalization given({.mean = 1, .variance = 1}), layer;
  CHECK_THROWS_AS(given.adapt(Tensor::zeros({2, 3})), StateError);
  CHECK_THROWS_AS(layer.adapt(Tensor::zeros({0, 3})), ValueError);
  CHECK_THROWS_AS(layer.adapt(std::vector<Tensor>()), ValueError);
  layer.adapt(Tensor::zeros({2, 3}));
  CHECK_THROWS_AS(layer.adapt(Tensor::zeros({2, 4})), ShapeError);
  CHECK_THROWS_AS(layer(Tensor::zeros({2, 3, 3})), ShapeError);
}
