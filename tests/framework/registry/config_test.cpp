#include <cornu/framework/registry/config.hpp>

#include <doctest/doctest.h>

#include <iterator>

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
  CHECK(Config::object({{"a", 1}, {"b", 2}}).as_object()[1].first == "b");
}

TEST_CASE("config: a value is of one kind") {
  const Config values[] = {nullptr, true, 1, 1.0, "1", Config::list(), Config::object()};
  for (std::size_t i = 0; i < std::size(values); ++i) {
    CHECK(values[i].is_null() == (i == 0));
    CHECK(values[i].is_bool() == (i == 1));
    CHECK(values[i].is_int() == (i == 2));
    CHECK(values[i].is_double() == (i == 3));
    CHECK(values[i].is_string() == (i == 4));
    CHECK(values[i].is_list() == (i == 5));
    CHECK(values[i].is_object() == (i == 6));
  }
}

TEST_CASE("config: an object keeps the order of its keys, replaces in place, and answers null for a missing key") {
  Config config = Config::object({{"units", 16}, {"activation", "relu"}});
  config.set("units", 8).set("use_bias", true);
  CHECK(config.to_json() == R"({"units": 8, "activation": "relu", "use_bias": true})");
  CHECK(config["units"].as_int() == 8);
  CHECK(config["seed"].is_null());
  CHECK_FALSE(config.contains("seed"));
  CHECK(config.set("seed", nullptr).contains("seed"));
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

TEST_CASE("config: refuses to be read as another kind, telling both") {
  CHECK_THROWS_WITH_AS(Config("16").as_int(), "[Config] another kind of value; got \"16\"; expected an integer",
                       ValueError);
  CHECK_THROWS_AS(Config(1).as_bool(), ValueError);
  CHECK_THROWS_AS(Config(0.5).as_int(), ValueError);
  CHECK_THROWS_AS(Config(true).as_double(), ValueError);
  CHECK_THROWS_AS(Config(1).as_string(), ValueError);
  CHECK_THROWS_AS(Config(1).as_list(), ValueError);
  CHECK_THROWS_AS(Config::list().as_object(), ValueError);
  CHECK_THROWS_AS(Config(1).contains("units"), ValueError);
  CHECK_THROWS_AS(Config(1)["units"], ValueError);
  CHECK_THROWS_AS(Config::list().set("a", 1), ValueError);
  CHECK_THROWS_AS(Config::object().merge(Config(1)), ValueError);
}

TEST_CASE("config: functions without a name are found, in lists and objects") {
  const Config config = Config::object({{"a", Config::list({1, unnamed_function()})},
                                        {"b", Config::object({{"c", unnamed_function()}})},
                                        {"d", function_object("relu")}});
  CHECK(unnamed_functions(config, "config") == std::vector<std::string>{"config.a[1]", "config.b.c"});
  CHECK(unnamed_functions(unnamed_function(), "loss") == std::vector<std::string>{"loss"});
  CHECK(unnamed_functions(3, "config").empty());
}
