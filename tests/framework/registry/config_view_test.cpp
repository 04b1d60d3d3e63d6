#include <cornu/framework/registry/config_view.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/json/parse.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using cornu::formats::parse_json;
using cornu::testing::message_of;

namespace {

const Config model = parse_json(R"({"config": {"layers": [{"config": {"units": "four", "rate": 0.5, "bias": true}},
  {"config": {"units": 4, "rate": 1, "name": "dense", "odd key": [null]}}]}, "none": null})",
                                "m.keras");
const ConfigView view(model, "load_model", "m.keras", "config");

template <class F>
std::string error_of(F&& action) {
  const std::string message = message_of<FileError>(action), start = "[load_model] 'm.keras': ";
  CHECK(message.starts_with(start));
  return message.substr(std::min(start.size(), message.size()));
}

}  // namespace

TEST_CASE("config view: values of each kind, found by their place") {
  const ConfigView layer = view.at("config").at("layers").at(1).at("config");
  CHECK(layer.at("units").as_int() == 4);
  CHECK(layer.at("units").as_int(1, 4) == 4);
  CHECK(layer.at("rate").as_double() == 1);
  CHECK(layer.at("name").as_string() == "dense");
  CHECK(layer.at("odd key").at(0).is_null());
  CHECK(view.at("config").at("layers").at(0).at("config").at("bias").as_bool());
  CHECK(view.at("config").at("layers").items().size() == 2);
  CHECK(view.at("none").is_null());
  CHECK(view.find("nothing") == std::nullopt);
  CHECK(view.find("none")->is_null());
}

TEST_CASE("config view: members and items know their place") {
  CHECK(view.members()[0].first == "config");
  CHECK(view.members()[0].second.path() == "config.config");
  const ConfigView layers = view.at("config").at("layers");
  CHECK(layers.items()[1].path() == "config.config.layers[1]");
  CHECK(layers.at(1).at("config").at("odd key").at(0).path() == "config.config.layers[1].config[\"odd key\"][0]");
}

TEST_CASE("config view: refuses what is of another kind, naming the place and the value") {
  const ConfigView layer = view.at("config").at("layers").at(0).at("config");
  CHECK(error_of([&] { layer.at("units").as_int(); }) ==
        "config.config.layers[0].config.units: got \"four\"; expected an integer");
  CHECK(error_of([&] { layer.at("rate").as_int(); }) ==
        "config.config.layers[0].config.rate: got 0.5; expected an integer");
  CHECK(error_of([&] { layer.at("bias").as_int(); }).ends_with("got true; expected an integer"));
  CHECK(error_of([&] { layer.at("bias").as_double(); }).ends_with("got true; expected a number"));
  CHECK(error_of([&] { layer.at("units").as_bool(); }).ends_with("expected true or false"));
  CHECK(error_of([&] { layer.at("rate").as_string(); }).ends_with("expected a string"));
  CHECK(error_of([&] { layer.items(); }) == "config.config.layers[0].config: got an object of 3; expected a list");
  CHECK(error_of([&] { view.at("config").at("layers").members(); }).ends_with("got a list of 2; expected an object"));
  CHECK(error_of([&] { view.at("none").find("a"); }) == "config.none: got null; expected an object");
  CHECK(error_of([&] {
          view.at("config").at("layers").at(1).at("config").at("units").as_int(5, 9);
        }).ends_with("config.units: got 4; expected 5 … 9"));
}

TEST_CASE("config view: refuses what is not there") {
  CHECK(error_of([&] { view.at("config").at("layers").at(0).at("confg"); }) ==
        "config.config.layers[0]: no 'confg'; got config");
  CHECK(error_of([&] { view.at("config").at("layers").at(2); }) ==
        "config.config.layers: got a list of 2; expected more than 2 items");
  const Config empty = Config::object();
  CHECK(error_of([&] { ConfigView(empty, "load_model", "m.keras", "config").at("a"); }) ==
        "config: no 'a'; got no key");
}

TEST_CASE("config view: values with a fallback, and lists") {
  const Config config =
      parse_json(R"({"a": true, "i": 3, "x": 2, "s": "t", "l": [1, 2], "n": null, "d": [null, 4]})", "m");
  const ConfigView view(config, "load_model", "m.keras", "config");
  CHECK(view.get("a", false));
  CHECK(view.get("b", true));
  CHECK(view.get("i", 1) == 3);
  CHECK(view.get("x", 0.5) == 2.0);
  CHECK(view.get("y", 0.5) == 0.5);
  CHECK(view.get("s", "u") == "t");
  CHECK(view.get("l", std::vector<std::int64_t>()) == std::vector<std::int64_t>{1, 2});
  CHECK(view.get("n", std::optional<double>(2)) == std::nullopt);
  CHECK(view.get("d", Shape()) == Shape{None, 4});
  CHECK(error_of([&] { view.get("n", 1.0); }) == "config.n: got null; expected a number");
  CHECK(error_of([&] { view.get("l", std::vector<std::string>()); }) == "config.l[0]: got 1; expected a string");
}

TEST_CASE("config view: knows the keys that nobody asked for, as its copies do") {
  const Config config = parse_json(R"({"a": 1, "b": 2, "c": 3, "d": 4})", "m");
  const ConfigView view(config, "load_model", "m.keras", "config"), copy = view;
  CHECK(view.unread_keys() == std::vector<std::string>{"a", "b", "c", "d"});
  view.at("b");
  copy.get("d", 0);
  view.find("z");
  CHECK(view.unread_keys() == std::vector<std::string>{"a", "c"});
  view.members();
  CHECK(copy.unread_keys().empty());
}

TEST_CASE("config view: notes and refusals are lines that begin with the path") {
  ConfigReport report;
  const ConfigView layer =
      ConfigView(model, "load_model", "m.keras", "config", &report).at("config").at("layers").at(0);
  const ConfigView config = layer.at("config");
  config.note("something");
  CHECK(report.notes == std::vector<std::string>{"config.config.layers[0].config: something"});
  CHECK_FALSE(config.attempt([&] { config.at("units").as_int(); }));
  CHECK_FALSE(config.attempt([] { throw ValueError("Dense", "no units"); }));
  CHECK(config.attempt([&] { config.at("rate").as_double(); }));
  CHECK(report.refusals ==
        std::vector<std::string>{"config.config.layers[0].config.units: got \"four\"; expected an integer",
                                 "config.config.layers[0].config: [Dense] no units"});
}

TEST_CASE("config view: without a report notes are dropped and errors pass") {
  view.note("nothing");
  CHECK_THROWS_AS(view.attempt([] { throw ValueError("Dense", "no units"); }), ValueError);
}

TEST_CASE("config view: another value at the same place, and no file") {
  const Config seven = 7, list = Config::list();
  CHECK(error_of([&] { view.at("config").with(seven).as_string(); }) == "config.config: got 7; expected a string");
  CHECK(message_of<FileError>([&] { ConfigView(list, "from_config", "", "config").as_int(); }) ==
        "[from_config] config: got a list of 0; expected an integer");
}
