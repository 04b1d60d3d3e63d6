// What losses and metrics of users see of labels, and which shapes are refused.
#include <cornu/framework/losses/labels.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <cornu/framework/losses/loss.hpp>
#include <cornu/framework/losses/regression.hpp>
#include <cornu/framework/metrics/metric.hpp>
#include <cornu/framework/model/sequential.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/layers/core/dense.hpp>
#include <cornu/layers/embedding/embedding.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using layers::Dense, testing::message_of;

namespace {

Tensor squares(const Tensor& t, const Tensor& p) { return ops::mean(ops::squared_difference(t, p), {.axis = -1}); }

struct OwnLoss final : losses::Loss {
  OwnLoss() : Loss("own") {}
  Tensor call(const Tensor& t, const Tensor& p) const override { return squares(t, p); }
};

// Notes what it is given.
struct OwnMetric final : metrics::Metric {
  OwnMetric() : Metric("own") {}
  void update_state(const Tensor& t, const Tensor& p, const Tensor&) override {
    shapes = {t.shape(), p.shape()};
    dtype = t.dtype();
    mean.update_state(squares(t, p));
  }
  double result() const override { return mean.result(); }
  void reset_state() override { mean.reset_state(); }
  metrics::Mean mean;
  std::vector<Shape> shapes;
  DType dtype = boolean;
};

const Tensor x = ops::reshape(ops::cast(Tensor::arange(12), float32), {6, 2}) / 10.;

Sequential model(std::int64_t units = 1) {
  Sequential made{Dense(units, {.kernel_initializer = "ones"})};
  made.build({None, 2});
  return made;
}

}  // namespace

TEST_CASE("labels: own losses and metrics, classes and functions, see them in the outputs' shape and dtype") {
  const Tensor one_axis = ops::sum(x, {.axis = 1}), two_axes = ops::expand_dims(one_axis, -1);
  const double expected = [&] {
    Sequential reference = model();
    reference.compile("sgd", "mse");
    return reference.evaluate(x, two_axes + 1.)["loss"];
  }();
  CHECK(expected == doctest::Approx(1));
  const auto metric = std::make_shared<OwnMetric>();
  for (const Tensor& y : {one_axis, two_axes, one_axis.astype(float64)}) {
    for (const LossList& loss : {LossList(OwnLoss()), LossList(squares)}) {
      Sequential trained = model();
      trained.compile("sgd", loss, {metric, squares});
      const Logs figures = trained.evaluate(x, y + 1.);
      CHECK(figures["loss"] == doctest::Approx(expected));
      CHECK(figures["own"] == doctest::Approx(expected));
      CHECK(figures["metric"] == doctest::Approx(expected));
      CHECK(metric->shapes == std::vector<Shape>{{6, 1}, {6, 1}});
      CHECK(metric->dtype == float32);
    }
  }
}

TEST_CASE("labels: integers are cast where they are numbers, and stay as they are where they are class ids") {
  const auto seen = [](const Tensor& y_true, const Shape& outputs) {
    const auto [t, p] = losses::aligned_unless_ids("own", y_true, Tensor::zeros(outputs));
    return std::pair(t.shape(), t.dtype());
  };
  CHECK(seen(Tensor({0, 2}), {2, 1}) == std::pair(Shape{2, 1}, float32));
  CHECK(seen(Tensor({0, 2}), {2, 3}) == std::pair(Shape{2}, int32));
  CHECK(seen(Tensor({{0}, {2}}, int64), {2, 3}) == std::pair(Shape{2, 1}, int64));
  CHECK(seen(Tensor({{0, 1, 2}, {2, 2, 2}}), {2, 3}) == std::pair(Shape{2, 3}, float32));
  CHECK(seen(Tensor({{true}, {false}}), {2, 1}) == std::pair(Shape{2, 1}, float32));
  CHECK(seen(Tensor::zeros({2, 4}), {2, 4, 1}) == std::pair(Shape{2, 4}, float32));
  CHECK(seen(Tensor::zeros({0}), {0, 1}) == std::pair(Shape{0, 1}, float32));
}

TEST_CASE("labels: shapes that would broadcast are refused before the first step, by losses and metrics") {
  for (const Shape& shape : {Shape{6}, Shape{6, 1}, Shape{6, 2}, Shape{6, 3, 1, 1}}) {
    const Tensor y = Tensor::zeros(shape);
    for (const LossList& loss : {LossList(OwnLoss()), LossList(squares), LossList("mse")}) {
      Sequential refusing = model(3);
      refusing.compile("sgd", loss);
      CHECK_THROWS_AS(refusing.fit(x, y, {.verbose = 0}), ShapeError);
      CHECK(refusing.optimizer().iterations() == 0);
    }
  }
  Sequential refusing = model(3);
  refusing.compile("sgd", OwnLoss());
  CHECK(message_of<ShapeError>([&] {
          refusing.fit(x, Tensor::zeros({6, 2}), {.verbose = 0});
        }) ==
        "[own] labels and predictions have different shapes; got y_true (6, 2) and y_pred (6, 3); expected the same "
        "shape; only a last axis of 1 may be missing; a last layer of 2 units predicts such labels");
  CHECK(message_of<ShapeError>([&] { refusing.fit(x, Tensor::zeros({6}), {.verbose = 0}); }) ==
        "[own] labels do not fit the predictions; got y_true (6,) of float32 and y_pred (6, 3); expected labels of the "
        "predictions' shape, or class ids, which are int32 or int64");
  Sequential one = model(1);
  one.compile("sgd", OwnLoss());
  CHECK_THROWS_AS(one.fit(x, Tensor::zeros({6, 3}), {.verbose = 0}), ShapeError);
  const auto metric = metrics::Metric::from_function(squares);
  CHECK_THROWS_AS(metric->update_state(Tensor::zeros({3}), Tensor::zeros({3, 3})), ShapeError);
  CHECK(metric->result() == 0);
}

TEST_CASE(
    "labels: class ids that an own loss takes for numbers do not broadcast, and may have another shape by choice") {
  Sequential three = model(3);
  three.compile("sgd", squares);
  CHECK_THROWS_AS(three.fit(x, Tensor({0, 1, 2, 0, 1, 2}), {.verbose = 0}), Error);
  struct Quantiles final : losses::Loss {
    Quantiles() : Loss("quantiles") {}
    std::pair<Tensor, Tensor> aligned(const Tensor& t, const Tensor& p) const override { return {t, p}; }
    Tensor call(const Tensor& t, const Tensor& p) const override { return squares(t, p); }
  };
  three.compile("sgd", Quantiles());
  CHECK(std::isfinite(three.fit(x, Tensor::ones({6, 1}), {.verbose = 0})["loss"][0]));
}

TEST_CASE("labels: where there is a prediction a step, pooling or Flatten are named") {
  Sequential per_step{layers::Embedding(9, 4), Dense(1, "sigmoid")}, classes{layers::Embedding(9, 4), Dense(3)};
  const Tensor ids = Tensor::zeros({6, 5}, int32);
  const std::string advice =
      "; for one label a sample, put layers::GlobalAveragePooling1D() or layers::Flatten() in front of the last Dense";
  for (const char* loss : {"binary_crossentropy", "mse", "crossentropy"}) {
    per_step.compile("sgd", loss);
    for (const Shape& shape : {Shape{6}, Shape{6, 1}}) {
      const std::string text = message_of<ShapeError>([&] { per_step.fit(ids, Tensor::zeros(shape), {.verbose = 0}); });
      CHECK_MESSAGE(text.ends_with(advice), text);
    }
  }
  classes.compile("sgd", "sparse_categorical_crossentropy");
  CHECK(message_of<ShapeError>([&] { classes.fit(ids, Tensor::zeros({6}, int32), {.verbose = 0}); }).ends_with(advice));
  classes.compile("sgd", "categorical_crossentropy");
  CHECK(message_of<ShapeError>([&] { classes.fit(ids, Tensor::zeros({6, 3}), {.verbose = 0}); }).ends_with(advice));
}
