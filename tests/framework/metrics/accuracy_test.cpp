#include <cornu/framework/metrics/accuracy.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/metrics/of_losses.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/metric_cases.hpp"

using namespace cornu;
using testing::check_metric_case, testing::Fixture;

TEST_CASE("accuracies: running results as Keras, over uneven batches, with weights and masks") {
  const Fixture f("metrics");
  check_metric_case(f, "accuracy", metrics::Accuracy(), "equal");
  check_metric_case(f, "binary_accuracy", metrics::BinaryAccuracy(), "binary");
  check_metric_case(f, "binary_accuracy_vector", metrics::BinaryAccuracy(), "binary", {9});
  check_metric_case(f, "binary_accuracy_threshold", metrics::BinaryAccuracy({.threshold = 0.3}), "binary");
  check_metric_case(f, "binary_accuracy_labels3", metrics::BinaryAccuracy(), "labels3");
  check_metric_case(f, "categorical_accuracy", metrics::CategoricalAccuracy(), "onehot");
  check_metric_case(f, "categorical_accuracy_steps", metrics::CategoricalAccuracy(), "step_onehot");
  check_metric_case(f, "sparse_categorical_accuracy", metrics::SparseCategoricalAccuracy(), "ids");
  check_metric_case(f, "sparse_categorical_accuracy_column", metrics::SparseCategoricalAccuracy(), "ids", {9, 1});
  check_metric_case(f, "sparse_categorical_accuracy_steps", metrics::SparseCategoricalAccuracy(), "step_ids");
}

TEST_CASE("accuracies: classes of 64 bits are not those of 32") {
  const Tensor beyond({4294967297});
  CHECK(metrics::sparse_categorical_accuracy(beyond, Tensor({{0.25f, 0.75f}})).item<float>() == 0);
  CHECK(metrics::accuracy(beyond, Tensor({1})).item<float>() == 0);
  CHECK(metrics::accuracy(Tensor({1}, int64), Tensor({1})).item<float>() == 1);
  metrics::Accuracy accuracy;
  accuracy.update_state(beyond, Tensor({1}));
  CHECK(accuracy.result() == 0);
}

TEST_CASE("accuracies: shapes that would broadcast are refused") {
  const Tensor row = Tensor::zeros({3}), square = Tensor::zeros({3, 3});
  CHECK_THROWS_AS(metrics::accuracy(row, square), ShapeError);
  CHECK_THROWS_AS(metrics::binary_accuracy(square, Tensor::zeros({3, 1})), ShapeError);
  CHECK_THROWS_AS(metrics::categorical_accuracy(row, square), ShapeError);
  CHECK_THROWS_AS(metrics::sparse_categorical_accuracy(square, square), ShapeError);
  CHECK_THROWS_AS(metrics::RootMeanSquaredError().update_state(row, square), ShapeError);
}

TEST_CASE("BinaryAccuracy: counts elements, each by a weight of its own, as Keras; means of a last axis refuse such") {
  const Tensor y({{1.F, 0.F}, {1.F, 1.F}}), p({{0.9F, 0.9F}, {0.1F, 0.2F}}), weights({{1.F, 3.F}, {2.F, 2.F}});
  metrics::BinaryAccuracy accuracy;
  accuracy.update_state(y, p, weights);
  CHECK(accuracy.result() == 0.125);
  metrics::MeanSquaredError error;
  CHECK_THROWS_AS(error.update_state(y, p, weights), ShapeError);
  CHECK(error.result() == 0);
}

TEST_CASE("accuracies: a prediction with NaN is wrong, whatever the label") {
  const Tensor p({{NAN, 0.9F, 0.1F}, {0.2F, 0.1F, NAN}});
  for (const int label : {0, 1, 2}) {
    const Tensor ids({label, label});
    CHECK(ops::array_equal(metrics::sparse_categorical_accuracy(ids, p), Tensor({0.F, 0.F})));
    CHECK(ops::array_equal(metrics::categorical_accuracy(ops::one_hot(ids, 3), p), Tensor({0.F, 0.F})));
  }
  const Tensor one({{NAN}, {0.9F}, {0.1F}});
  CHECK(ops::array_equal(metrics::binary_accuracy(Tensor({{0.F}, {1.F}, {0.F}}), one), Tensor({{0.F}, {1.F}, {1.F}})));
  CHECK(ops::array_equal(metrics::binary_accuracy(Tensor({{1}, {1}, {0}}), one), Tensor({{0.F}, {1.F}, {1.F}})));
}

TEST_CASE("top-k accuracies: ties count as right, more classes than there are too, and a row with NaN is wrong") {
  const Tensor tie({{0.5F, 0.5F}});
  for (const int label : {0, 1})
    CHECK(metrics::sparse_top_k_categorical_accuracy(Tensor({label}), tie, 1).item<float>() == 1);
  CHECK(metrics::sparse_top_k_categorical_accuracy(Tensor({1}), Tensor({{0.9F, 0.1F}}), 5).item<float>() == 1);
  CHECK(metrics::sparse_top_k_categorical_accuracy(Tensor({0}), Tensor({{0.5F, NAN, 0.2F}}), 2).item<float>() == 0);
  CHECK(metrics::sparse_top_k_categorical_accuracy(Tensor({0}), Tensor({{INFINITY, 1.F, 0.2F}}), 2).item<float>() == 1);
  CHECK(metrics::sparse_top_k_categorical_accuracy(Tensor({{1}}), Tensor({{0.9F, 0.1F}}), 1).shape() == Shape{1});
}

TEST_CASE("top-k accuracies: what they refuse, and an empty batch") {
  CHECK_THROWS_AS(metrics::TopKCategoricalAccuracy({.k = 0}), ValueError);
  CHECK_THROWS_AS(metrics::SparseTopKCategoricalAccuracy({.k = -1}), ValueError);
  const Tensor p({{0.5F, 0.5F}});
  CHECK_THROWS_AS(metrics::sparse_top_k_categorical_accuracy(Tensor({2}), p), IndexError);
  CHECK_THROWS_AS(metrics::sparse_top_k_categorical_accuracy(Tensor({0.5F}), p), IndexError);
  CHECK_THROWS_AS(metrics::sparse_top_k_categorical_accuracy(Tensor({1, 1}), p), ShapeError);
  CHECK_THROWS_AS(metrics::sparse_top_k_categorical_accuracy(Tensor({1, 1}), p, 5, true), ShapeError);
  CHECK_THROWS_AS(metrics::top_k_categorical_accuracy(Tensor({{1, 0, 0}}), p), ShapeError);
  CHECK(metrics::top_k_categorical_accuracy(Tensor::zeros({0, 2}), Tensor::zeros({0, 2})).shape() == Shape{0});
}

TEST_CASE("accuracies: what they refuse, and an empty batch") {
  const Tensor two = Tensor::zeros({1, 2}), three = Tensor::zeros({1, 3}), none = Tensor::zeros({0, 3});
  CHECK_THROWS_AS(metrics::accuracy(two, three), ShapeError);
  CHECK_THROWS_AS(metrics::binary_accuracy(two, three), ShapeError);
  CHECK_THROWS_AS(metrics::categorical_accuracy(Tensor::zeros({2, 3}), Tensor::zeros({3, 3})), ShapeError);
  CHECK_THROWS_AS(metrics::sparse_categorical_accuracy(Tensor({1, 2}), Tensor::zeros({3, 3})), ShapeError);

  CHECK(metrics::accuracy(none, none).shape() == Shape{0, 3});
  CHECK(metrics::categorical_accuracy(none, none).shape() == Shape{0});
  CHECK(metrics::sparse_categorical_accuracy(Tensor::zeros({0}, int32), none).shape() == Shape{0});
  metrics::BinaryAccuracy accuracy;
  accuracy.update_state(none, none);
  CHECK(accuracy.result() == 0);
}
