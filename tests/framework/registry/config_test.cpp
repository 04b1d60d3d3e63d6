#include <cornu/framework/registry/config.hpp>

#include <doctest/doctest.h>

#include <limits>

#include <cornu/framework/base/errors.hpp>

using namespace cornu;

TEST_CASE("config: each kind of value reads back") {
  CHECK(Config().is_null());
  CHECK(Config(nullptr).is_null());
  CHECK(Config(true).as_bool());
  CHECK(Config(7).as_int() == 7);
  CHECK(Config(std::int64_t{1} << 40).as_int() == std::int64_t{1} << 40);
  CHECK(Config(0.5).as_double() == 0.5);
  CHECK(Config(7).as_double() == 7);
  CHECK(Config("relu").as_string() == "relu");
  CHECK(Config(float64).as_string() == "float64");
  CHECK(Config::list({1, "a"}).as_list().size() == 2);
}

TEST_CASE("config: an object keeps the order of its keys, replaces in place, and answers null for a missing key") {
  Config config = Config::object({{"units", 16}, {"activation", "relu"}});
  config.set("units", 8).set("use_bias", true);
  CHECK(config.to_json() == R"({"units": 8, "activation": "relu", "use_bias": true})");
  CHECK(config["units"].as_int() == 8);
  CHECK(config["seed"].is_null());
  CHECK(Config::object().to_json() == "{}");
}

TEST_CASE("config: merge adds behind what there is and replaces what has the same key") {
  Config config = Config::object({{"name", "dense"}, {"units", 16}});
  config.merge(Config::object({{"units", 8}, {"seed", nullptr}}));
  CHECK(config.to_json() == R"({"name": "dense", "units": 8, "seed": null})");
}

TEST_CASE("config: shapes are lists, in which an unknown extent is null") {
  CHECK(Config(Shape{None, 10, 64}).to_json() == "[null, 10, 64]");
  CHECK(Config(Shape()).to_json() == "[]");
}

TEST_CASE("config: text is quoted as JSON wants it") {
  CHECK(Config("say \"hi\"\\\n\t\x01 ü").to_json() == "\"say \\\"hi\\\"\\\\\\u000a\\u0009\\u0001 ü\"");
  CHECK(Config::object({{"a\"b", Config::list({false, 1.5, -2})}}).to_json() == R"({"a\"b": [false, 1.5, -2]})");
}

TEST_CASE("config: numbers are the shortest text that reads back, and what JSON lacks is written as Python does") {
  CHECK(Config(0.1).to_json() == "0.1");
  CHECK(Config(1e-7).to_json() == "1e-07");
  CHECK(Config(std::numeric_limits<double>::quiet_NaN()).to_json() == "NaN");
  CHECK(Config(std::numeric_limits<double>::infinity()).to_json() == "Infinity");
  CHECK(Config(-std::numeric_limits<double>::infinity()).to_json() == "-Infinity");
}

TEST_CASE("config: a whole number that is a floating value stays one") {
  CHECK(Config(1.0).to_json() == "1.0");
  CHECK(Config(-3.0).to_json() == "-3.0");
  CHECK(Config(1e20).to_json() == "1e+20");
}

TEST_CASE("config: refuses to be read as another kind, telling both") {
  CHECK_THROWS_WITH_AS(Config("16").as_int(), "[Config] another kind of value; got \"16\"; expected an integer",
                       ValueError);
  CHECK_THROWS_AS(Config(1).as_bool(), ValueError);
  CHECK_THROWS_AS(Config(0.5).as_int(), ValueError);
  CHECK_THROWS_AS(Config(true).as_double(), ValueError);
  CHECK_THROWS_AS(Config(1).as_string(), ValueError);
  CHECK_THROWS_AS(Config(1).as_list(), ValueError);
  CHECK_THROWS_AS(Config(1)["units"], ValueError);
  CHECK_THROWS_AS(Config::list().set("a", 1), ValueError);
  CHECK_THROWS_AS(Config::object().merge(Config(1)), ValueError);
}
