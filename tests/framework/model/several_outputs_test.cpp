#include <doctest/doctest.h>

#include <cornu/framework/model/sequential.hpp>
#include <cornu/layers/core/dense.hpp>

#include "tests/framework/model/graph_models.hpp"

using namespace cornu;
using layers::Dense;
using testing::numbers, testing::TwoLines;

TEST_CASE("functional: the loss is the weighted sum of the outputs' losses, which are told unweighted") {
  TwoLines lines;
  lines.model.compile({.optimizer = "sgd", .loss = "mse", .loss_weights = {1, 0.5}});
  const Logs figures = lines.model.evaluate(lines.data, lines.zeros);
  CHECK(figures["one_loss"] == 5);
  CHECK(figures["two_loss"] == 20);
  CHECK(figures["loss"] == 15);
  lines.model.compile("sgd", {"mse", "mae"}, {"mae", {}});
  const Logs others = lines.model.test_on_batch(lines.data, lines.zeros);
  CHECK(others["loss"] == 5 + 4);
  CHECK(others["one_mae"] == 2);
  CHECK(others.size() == 4);
}

TEST_CASE("functional: sample weights are one tensor for all outputs, or one for each") {
  TwoLines lines;
  lines.model.compile({.optimizer = "sgd", .loss = "mse", .weighted_metrics = {"mae", "mae"}});
  const Tensor first({1.f, 0.f}), second({0.f, 1.f});
  const Logs same = lines.model.evaluate(lines.data, lines.zeros, {.sample_weight = first});
  CHECK(same["one_loss"] == 0.5);
  CHECK(same["two_loss"] == 2);
  CHECK(same["one_mae"] == 1);
  const Logs each = lines.model.evaluate(lines.data, lines.zeros, {.sample_weight = {first, second}});
  CHECK(each["two_loss"] == 18);
  CHECK(each["two_mae"] == 6);
  const Logs only_second = lines.model.evaluate(lines.data, lines.zeros, {.sample_weight = {Tensor(), second}});
  CHECK(only_second["one_loss"] == 5);
  CHECK_THROWS_WITH_AS(lines.model.evaluate(lines.data, lines.zeros, {.sample_weight = {first, first, first}}),
                       doctest::Contains("another number of sample weights than of targets; got 3"), ValueError);
  CHECK_THROWS_AS(lines.model.evaluate(lines.data, lines.zeros, {.sample_weight = {first, Tensor::ones({3})}}),
                  ShapeError);
}

TEST_CASE("functional: losses, weights and metrics are as many as outputs") {
  TwoLines lines;
  CHECK_THROWS_WITH_AS(lines.model.compile("sgd", {"mse", "mse", "mse"}),
                       "[compile] there must be as many losses as outputs; got 3; expected one for each of one, two",
                       ValueError);
  CHECK_THROWS_WITH_AS(
      lines.model.compile({.loss = "mse", .loss_weights = {1}}),
      "[compile] there must be as many loss weights as outputs; got 1; expected one for each of one, two", ValueError);
  CHECK_THROWS_WITH_AS(lines.model.compile("sgd", "mse", {"mae"}),
                       "[compile] there must be as many metrics as outputs; got 1; expected one for each of one, two",
                       ValueError);
  CHECK_THROWS_WITH_AS(lines.model.compile({.optimizer = "sgd"}), doctest::Contains("[compile] the loss is missing"),
                       ValueError);
  CHECK_THROWS_AS(Sequential(Dense(1)).compile("sgd", {"mse", "mae"}), ValueError);
  lines.model.compile("sgd", "mse");
  CHECK_THROWS_WITH_AS(
      lines.model.train_on_batch(lines.data, lines.zeros, {.class_weight = {{0, 1}}}),
      R"([train_on_batch] class_weight needs one output; got 2; name the output that it is for, {{"two", )"
      R"({{0, 1.0}, …}}}, or use sample_weight)",
      ValueError);
}

TEST_CASE("functional: labels are refused by the output's name") {
  const auto x = numbers(1, "x");
  Model model(x, {Dense(1, {.name = "one"})(x), Dense(3, "softmax", {.name = "kind"})(x)});
  model.compile("sgd", {"mse", "sparse_categorical_crossentropy"});
  CHECK_THROWS_WITH_AS(model.fit(Tensor::ones({2, 1}), {Tensor::ones({2, 1}), Tensor({0, 3})}),
                       doctest::Contains("[target 'kind'] labels must be class ids; got 3 in sample 1"), IndexError);
}
