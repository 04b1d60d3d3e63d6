#include <cornu/layers/preprocessing/rescaling.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_layer.hpp>
#include <cornu/framework/formats/json/parse.hpp>
#include <cornu/framework/layer/by_name.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/check.hpp"
#include "tests/support/fixture.hpp"

using namespace cornu;
using cornu::testing::check;
using layers::Rescaling;

TEST_CASE("Rescaling: numbers and vectors scale as Keras's") {
  const testing::Fixture keras("preprocessing");
  const auto check_case = [&](const std::string& name, Rescaling layer) {
    CAPTURE(name);
    CHECK(ops::all_close(layer(keras.tensor(name + "/input")), keras.tensor(name + "/output")));
  };
  check_case("rescaling", Rescaling(0.5, {.offset = -1}));
  check_case("rescaling_vector", Rescaling({0.5, 2, 1}, {.offset = {0, 1, -1}}));
  check_case("rescaling_integers", Rescaling(1.0 / 255));
}

TEST_CASE("Rescaling: reads the arrays that Keras writes") {
  const auto layer = [](const char* scale) {
    const std::string text =
        fmt::format("{{\"class_name\": \"Rescaling\", \"config\": {{\"scale\": {}, \"offset\": 0.0}}}}", scale);
    const Config config = formats::parse_json(text, "test");
    return layer_from_config(ConfigView(config, "test", "", "config"));
  };
  const Tensor x({{1.F, 2.F}}), expected({{0.5F, 4.F}});
  CHECK(ops::array_equal(
      (*layer(R"({"class_name": "__numpy__", "config": {"value": [0.5, 2.0], "dtype": "float64"}})"))(x), expected));
  CHECK(ops::array_equal((*layer("[0.5, 2.0]"))(x), expected));
  const char* const array = R"({"class_name": "__numpy__", "config": {"value": [[0.5], [2.0]], "dtype": "float32"}})";
  CHECK(layer(array)->get_config()["scale"].to_json() == array);
  CHECK_THROWS_AS(layer(R"({"class_name": "__lambda__", "config": {"value": 1}})"), FileError);
  CHECK_THROWS_AS(layer(R"({"class_name": "__numpy__", "config": {"value": [[1], [1, 2]]}})"), FileError);
  CHECK_THROWS_AS(layer(R"({"class_name": "__numpy__", "config": {"value": "1"}})"), FileError);
}

TEST_CASE("Rescaling: keeps a layer's promises") {
  check(check_layer([] { return Rescaling(0.5, {.offset = -1}); }, Shape{2, 4, 3}, {.output_shape = Shape{2, 4, 3}}));
  check(check_layer([] { return Rescaling({0.5, 2, 1}); }, Shape{2, 3}));
}

TEST_CASE("Rescaling: configs have numbers, and lists of them") {
  CHECK(Rescaling(0.5).get_config()["scale"].as_double() == 0.5);
  CHECK(Rescaling({0.5, 2}).get_config()["scale"].to_json() == "[0.5, 2.0]");
  const Rescaling matrix(Tensor({{1.F, 2.F}, {3.F, 4.F}}));
  CHECK(matrix.get_config()["scale"].to_json() == "[[1.0, 2.0], [3.0, 4.0]]");
}

TEST_CASE("Rescaling: an empty batch, and what is refused") {
  CHECK(Rescaling(2)(Tensor::zeros({0, 3})).shape() == Shape{0, 3});
  CHECK_THROWS_AS(Rescaling({1, 2})(Tensor::zeros({2, 3})), ShapeError);
  CHECK_THROWS_AS(Rescaling(Tensor({true})), ValueError);
  const auto from = [](Config scale) {
    return layer_from_config(
        ConfigView(keras_object("keras.layers", "Rescaling", {{"scale", std::move(scale)}}), "test", "", "config"));
  };
  CHECK_THROWS_AS(from(Config::list({1, Config::list({2})})), FileError);
  CHECK_THROWS_AS(from(Config::list({Config::list({1, 2}), Config::list({1})})), FileError);
  CHECK_THROWS_AS(from(Config::list()), FileError);
  CHECK_THROWS_AS(from("1"), FileError);
}
