#include <doctest/doctest.h>

#include <cornu/framework/metrics/accuracy.hpp>
#include <cornu/framework/metrics/metric.hpp>

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

TEST_CASE("Metric: is called as it was asked for") {
  for (const char* name : {"acc", "accuracy", "mse", "mean_squared_error", "bce", "ce", "SparseCategoricalAccuracy"})
    CHECK(Handle<Metric>(name)->name() == name);
  CHECK(metrics::BinaryAccuracy({.name = "hits"}).name() == "hits");
  CHECK(message_of<ValueError>([] {
          Handle<Metric>("acuracy");
        }).starts_with("[metric] unknown metric; got 'acuracy'; expected one of accuracy, binary_accuracy, "));
}
