#include <doctest/doctest.h>

#include <cornu/framework/metrics/accuracy.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/keras_configs.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using metrics::Metric, testing::message_of;

TEST_CASE("Metric: \"accuracy\" is the one that fits the shapes, as Keras") {
  const Handle<Metric> accuracy("accuracy");
  accuracy->update_state(Tensor({1, 0, 1}), Tensor({{0.9F}, {0.2F}, {0.1F}}));
  CHECK(accuracy->result() == doctest::Approx(2. / 3));
  accuracy->reset_state();
  accuracy->update_state(Tensor({1, 0}), Tensor({{0.1F, 0.9F}, {0.2F, 0.8F}}));
  CHECK(accuracy->result() == 0.5);
  accuracy->reset_state();
  accuracy->update_state(Tensor({{0.F, 1.F}, {0.F, 1.F}}), Tensor({{0.1F, 0.9F}, {0.2F, 0.8F}}));
  CHECK(accuracy->result() == 1);
}

TEST_CASE(
    "Metric: \"accuracy\" of several sigmoids is that of the largest, as Keras, and \"binary_accuracy\" that of each") {
  const Tensor y({{1.F, 1.F}, {0.F, 0.F}, {1.F, 0.F}}), p({{0.9F, 0.8F}, {0.1F, 0.2F}, {0.9F, 0.8F}});
  const Handle<Metric> accuracy("accuracy"), binary("binary_accuracy");
  accuracy->update_state(y, p);
  binary->update_state(y, p);
  CHECK(accuracy->result() == doctest::Approx(2. / 3));
  CHECK(binary->result() == doctest::Approx(5. / 6));
  const Handle<Metric> of_signs("accuracy");
  of_signs->update_state(Tensor({{-1.F}, {1.F}}), Tensor({{-0.8F}, {0.8F}}));
  CHECK(of_signs->result() == 0.5);  // −1 is no label of it
}

TEST_CASE("Metric: those of values are none of labels and predictions") {
  for (const char* name : {"Mean", "mean", "Sum", "sum"}) CHECK_THROWS_AS(Handle<Metric>{name}, ValueError);
}

TEST_CASE("Metric: is called as it was asked for") {
  for (const char* name :
       {"acc", "Acc", "ACCURACY", "accuracy", "mse", "mean_squared_error", "bce", "ce", "SparseCategoricalAccuracy"})
    CHECK(Handle<Metric>(name)->name() == name);
  CHECK(metrics::BinaryAccuracy({.name = "hits"}).name() == "hits");
  CHECK(message_of<ValueError>([] {
          Handle<Metric>("acuracy");
        }).starts_with("[metric] unknown metric; got 'acuracy'; expected one of accuracy, binary_accuracy, "));
  CHECK(message_of<ValueError>([] { Handle<Metric>("acuracy"); }).ends_with("; did you mean 'accuracy'?"));
}

TEST_CASE("Metric: what Keras writes is read, and written again") {
  testing::check_round_trips(
      "metrics", [](const ConfigView& object) { return from_config<Metric>(object)->to_config(); }, {"function"});
}

TEST_CASE("Metric: names and functions of Keras's files") {
  const auto read = [](const Config& object) { return from_config<Metric>(testing::view_of(object)); };
  CHECK(read(testing::keras_configs("metrics")["function"])->name() == "mean_absolute_error");
  CHECK(read("acc")->to_config().as_string() == "acc");
  CHECK(read("mse")->to_config()["config"]["name"].as_string() == "mse");
  const Handle<Metric> function = [](const Tensor& t, const Tensor& p) { return t - p; };
  CHECK(function->to_config().to_json() == unnamed_function().to_json());
}

TEST_CASE("Metric: a config says where it is refused") {
  const auto error_of = [](const Config& object) {
    return message_of<FileError>([&] { from_config<Metric>(testing::view_of(object)); });
  };
  CHECK(error_of(keras_object("keras.metrics", "Mean")).find("cornu has no metric 'Mean'") != std::string::npos);
  CHECK(error_of(keras_object("keras.metrics", "BinaryAccuracy", {{"threshold", "half"}})) ==
        "[load_model] 'm.keras': object.config.threshold: got \"half\"; expected a number");
  CHECK(error_of("acccuracy").starts_with("[load_model] 'm.keras': object: [metric] unknown metric"));
}
