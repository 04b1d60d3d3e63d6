#include <cornu/framework/metrics/of_losses.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>

#include "tests/support/metric_cases.hpp"

using namespace cornu;
using testing::check_metric_case, testing::Fixture;

TEST_CASE("losses as metrics: running results as Keras, over uneven batches, with weights and masks") {
  const Fixture f("metrics");
  check_metric_case(f, "mean_squared_error", metrics::MeanSquaredError(), "regression");
  check_metric_case(f, "root_mean_squared_error", metrics::RootMeanSquaredError(), "regression");
  check_metric_case(f, "mean_absolute_error", metrics::MeanAbsoluteError(), "regression");
  check_metric_case(f, "binary_crossentropy", metrics::BinaryCrossentropy(), "binary");
  check_metric_case(f, "binary_crossentropy_logits_smooth",
                    metrics::BinaryCrossentropy({.from_logits = true, .label_smoothing = 0.1}), "labels3");
  check_metric_case(f, "categorical_crossentropy", metrics::CategoricalCrossentropy(), "onehot");
  check_metric_case(f, "categorical_crossentropy_logits_smooth",
                    metrics::CategoricalCrossentropy({.from_logits = true, .label_smoothing = 0.1}), "onehot");
  check_metric_case(f, "sparse_categorical_crossentropy", metrics::SparseCategoricalCrossentropy(), "ids");
  check_metric_case(f, "sparse_categorical_crossentropy_steps", metrics::SparseCategoricalCrossentropy(), "step_ids");
}

TEST_CASE("losses as metrics: what they refuse changes no result, and an empty batch") {
  metrics::MeanSquaredError error;
  error.update_state(Tensor({{1.F, 3.F}}), Tensor({{1.F, 1.F}}));
  CHECK_THROWS_AS(error.update_state(Tensor::zeros({1, 2}), Tensor::zeros({1, 3})), ShapeError);
  CHECK_THROWS_AS(error.update_state(Tensor::zeros({1, 2}), Tensor::zeros({1, 2}, int32)), ValueError);
  error.update_state(Tensor::zeros({0, 2}), Tensor::zeros({0, 2}));
  CHECK(error.result() == 2);
  metrics::SparseCategoricalCrossentropy ids;
  CHECK_THROWS_AS(ids.update_state(Tensor({3}), Tensor::ones({1, 3})), IndexError);
  CHECK(ids.result() == 0);
  metrics::RootMeanSquaredError root;
  root.update_state(Tensor::zeros({0}), Tensor::zeros({0}));
  CHECK(root.result() == 0);
}
