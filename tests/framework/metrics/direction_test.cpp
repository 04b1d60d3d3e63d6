#include <cornu/framework/metrics/direction.hpp>

#include <doctest/doctest.h>

#include <string>

#include <cornu/framework/metrics/accuracy.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/metrics/of_losses.hpp>

#include "tests/support/fixture.hpp"

using namespace cornu;
using metrics::more_is_better_of;

TEST_CASE("more_is_better_of: what Keras's metrics say of themselves, alone and in longer names") {
  const testing::Fixture keras("callbacks");
  int metrics = 0;
  for (const std::string& record : keras.names("direction/")) {
    const std::string name = record.substr(record.find('/') + 1);
    CAPTURE(name);
    const double direction = keras.scalar(record);
    const std::optional<bool> expected = direction == 0 ? std::nullopt : std::optional(direction > 0);
    for (const std::string& longer : {name, "val_" + name, name + "_1", "output_" + name})
      CHECK(more_is_better_of(longer) == expected);
    ++metrics;
  }
  CHECK(metrics == 44);
}

TEST_CASE("more_is_better_of: says nothing of other names, and of contradictions") {
  for (const char* name : {"", "value", "my_function", "accuracy_loss"}) CHECK_FALSE(more_is_better_of(name));
}

TEST_CASE("Metric: more_is_better goes by its class, whatever name it has") {
  for (const char* name : {"accuracy", "acc", "Accuracy", "binary_accuracy"})
    CHECK(Handle<metrics::Metric>(name)->more_is_better() == true);
  for (const char* name : {"mse", "MAE", "bce", "crossentropy", "ce"})
    CHECK(Handle<metrics::Metric>(name)->more_is_better() == false);
  metrics::SparseCategoricalAccuracy accuracy;
  accuracy.set_name("loss");
  CHECK(accuracy.more_is_better() == true);
  metrics::RootMeanSquaredError error;
  error.set_name("accuracy");
  CHECK(error.more_is_better() == false);
  const Handle<metrics::Metric> function([](const Tensor& y_true, const Tensor&) { return y_true; });
  function->set_name("accuracy");
  CHECK_FALSE(function->more_is_better());
}
