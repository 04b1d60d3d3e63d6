#include <cornu/framework/registry/keras_names.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/metrics/metric.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using detail::is_name_in_keras, testing::message_of;

TEST_CASE("keras_names: in any spelling, of its kind alone") {
  for (const char* name : {"AUC", "auc", "F1Score", "f1_score", "Precision", "mape"})
    CHECK(is_name_in_keras("metric", name));
  CHECK(is_name_in_keras("loss", "huber"));
  CHECK(is_name_in_keras("layer", "Conv2D"));
  CHECK(is_name_in_keras("optimizer", "MultiOptimizer"));
  CHECK_FALSE(is_name_in_keras("loss", "auc"));
  CHECK_FALSE(is_name_in_keras("metric", "au"));
  CHECK_FALSE(is_name_in_keras("metric", "aucs"));
  CHECK_FALSE(is_name_in_keras("metric", ""));
  CHECK_FALSE(is_name_in_keras("horse", "AUC"));
}

TEST_CASE("from_name: what Keras has and cornu has not is said, and nothing else suggested") {
  CHECK(message_of<ValueError>([] { from_name<metrics::Metric>("auc"); }) ==
        "[metric] cornu does not yet have this metric; got 'auc' of Keras; expected one of accuracy, binary_accuracy, "
        "categorical_accuracy, sparse_categorical_accuracy, mean_squared_error, root_mean_squared_error, "
        "mean_absolute_error, binary_crossentropy, categorical_crossentropy, sparse_categorical_crossentropy, "
        "crossentropy; pass an object for any other");
  CHECK(message_of<ValueError>([] {
          from_name<losses::Loss>("huber");
        }).starts_with("[loss] cornu does not yet have this loss; got 'huber' of Keras; expected one of "));
  CHECK(message_of<ValueError>([] { from_name<metrics::Metric>("acuracy"); }).ends_with("; did you mean 'accuracy'?"));
}
