#include <cornu/framework/model/history.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include <cornu/framework/base/errors.hpp>

using namespace cornu;
using Numbers = std::vector<double>;

TEST_CASE("logs: figures read by name, in the order they were made, and setting one again replaces it") {
  Logs logs{{"loss", 0.5}, {"accuracy", 0.75}};
  logs.set("val_loss", 1);
  logs.set("loss", 0.25);
  CHECK(logs["loss"] == 0.25);
  CHECK(logs.at("accuracy") == 0.75);
  CHECK(logs.size() == 3);
  CHECK(logs.begin()->first == "loss");
  CHECK(logs.contains("val_loss"));
  CHECK_FALSE(logs.contains("val_accuracy"));
  logs.clear();
  CHECK(logs.empty());
}

TEST_CASE("history: a series a figure, a value an epoch") {
  History history;
  CHECK(history.last().empty());
  history.add(3, {{"loss", 2}});
  history.add(4, {{"loss", 1}, {"val_loss", 5}});
  CHECK(history["loss"] == Numbers{2, 1});
  CHECK(history["val_loss"] == Numbers{5});
  CHECK(history.epoch() == std::vector<std::int64_t>{3, 4});
  CHECK(history.series().size() == 2);
  CHECK(history.series()[0].first == "loss");
  CHECK(history.contains("val_loss"));
  CHECK(history.last()["val_loss"] == 5);
}

TEST_CASE("logs and history: a name that is not there is refused, with the names there are") {
  const Logs logs{{"loss", 0.5}, {"accuracy", 0.75}};
  CHECK_THROWS_WITH_AS(logs["acc"], "[Logs] no figure has that name; got 'acc'; expected one of: loss, accuracy",
                       IndexError);
  History history;
  CHECK_THROWS_AS(history["loss"], IndexError);
  history.add(0, logs);
  CHECK_THROWS_WITH_AS(history["val_loss"],
                       "[History] no figure has that name; got 'val_loss'; expected one of: loss, accuracy",
                       IndexError);
}

TEST_CASE("logs: a NaN has no sign, from wherever it comes") {
  const double negative = std::copysign(std::numeric_limits<double>::quiet_NaN(), -1);
  Logs logs{{"loss", negative}};
  logs.set("mae", negative);
  logs.set("loss", negative);
  CHECK(fmt::format("{} {}", logs["loss"], logs["mae"]) == "nan nan");
}

TEST_CASE("logs: are printed with their names, each number as asked") {
  const Logs logs{{"loss", 0.25}, {"accuracy", 0.75}};
  CHECK(fmt::format("{}", logs) == "loss: 0.25, accuracy: 0.75");
  CHECK(fmt::format("{:.3f}", logs) == "loss: 0.250, accuracy: 0.750");
  CHECK(fmt::format("[{}]", Logs()) == "[]");
}
