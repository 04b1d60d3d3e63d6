#include <cornu/framework/metrics/metric.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/metric_cases.hpp"

using namespace cornu;
using metrics::Metric, testing::Fixture, testing::metric_batch, testing::metric_batches;

TEST_CASE("Metric: from a function, which a tape does not follow") {
  const Handle<Metric> largest = [](const Tensor& t, const Tensor& p) {
    return ops::max(ops::abs(t - p), {.axis = -1});
  };
  Variable p(Tensor({{1.F, 5.F}, {2.F, 2.F}}));
  const GradientTape tape;
  largest->update_state(Tensor({{1.F, 1.F}, {1.F, 1.F}}), p * Tensor(1.F));
  CHECK(largest->result() == 2.5);
}

TEST_CASE("Mean: of values of any rank, with weights, as Keras") {
  const Fixture fixture("metrics");
  for (const std::string shape : {"9", "9x1", "9x3"})
    for (const std::string weights : {"", "9", "9x3"}) {
      const std::string record = "mean_" + shape + (weights.empty() ? "" : "_weighted" + weights) + "/results";
      if (!fixture.has(record)) continue;
      CAPTURE(record);
      metrics::Mean mean;
      for (int i = 0; i < metric_batches; ++i) {
        const Tensor weight = weights.empty() ? Tensor() : fixture.tensor("inputs/weights/" + weights);
        mean.update_state(metric_batch(fixture.tensor("inputs/values/" + shape), i), metric_batch(weight, i));
        CHECK(mean.result() == doctest::Approx(fixture.tensor(record).at<float>(i)).epsilon(3e-6));
      }
    }
  CHECK(metrics::Mean().result() == 0);
  metrics::Mean mean;
  mean.update_state(Tensor::zeros({0, 3}));
  CHECK(mean.result() == 0);
  mean.update_state(3., 2.);
  mean.update_state(6.);
  CHECK(mean.result() == 4);
}

TEST_CASE("Mean: a value without weight does not count, also if it is NaN") {
  metrics::Mean mean;
  mean.update_state(Tensor({1.f, std::nanf(""), 5.f}), Tensor({1.f, 0.f, 3.f}));
  CHECK(mean.result() == 4);
}

TEST_CASE("Mean: a scalar weight is that of each sample") {
  metrics::Mean mean;
  mean.update_state(Tensor::zeros({4}), Tensor(1.F));
  mean.update_state(Tensor({1.F}));
  CHECK(mean.result() == 0.2);
  const Handle<Metric> error("mse");
  error->update_state(Tensor::zeros({4, 1}), Tensor::ones({4, 1}), Tensor(1.F));
  error->update_state(Tensor({{0.F}}), Tensor({{3.F}}));
  CHECK(error->result() == doctest::Approx(13. / 5));  // 5 in Keras
}

TEST_CASE("Mean: further axes are averaged first, so that a sample counts once, as Keras") {
  metrics::Mean mean;
  mean.update_state(Tensor({{1.F, 2.F}, {3.F, 4.F}}));
  mean.update_state(Tensor({10.F}));
  CHECK(mean.result() == 5);
}

TEST_CASE("Sum: of values of any rank, with weights, as Keras") {
  const Fixture fixture("metrics");
  for (const std::string shape : {"9", "9x1", "9x3"})
    for (const std::string weights : {"", "9", "9x3"}) {
      const std::string record = "sum_" + shape + (weights.empty() ? "" : "_weighted" + weights) + "/results";
      if (!fixture.has(record)) continue;
      CAPTURE(record);
      metrics::Sum sum;
      for (int i = 0; i < metric_batches; ++i) {
        const Tensor weight = weights.empty() ? Tensor() : fixture.tensor("inputs/weights/" + weights);
        sum.update_state(metric_batch(fixture.tensor("inputs/values/" + shape), i), metric_batch(weight, i));
        CHECK(sum.result() == doctest::Approx(fixture.tensor(record).at<float>(i)).epsilon(3e-6));
      }
    }
  metrics::Sum sum;
  CHECK(sum.result() == 0);
  sum.update_state(Tensor({{1, 2}, {3, 4}}), Tensor({1, 0}));
  CHECK(sum.result() == 3);
  sum.update_state(Tensor({1.F, NAN}), Tensor({2, 0}));
  CHECK(sum.result() == 5);
  CHECK_THROWS_AS(sum.update_state(Tensor({1.F, 2.F}), Tensor({1, 2, 3})), ShapeError);
  CHECK(sum.result() == 5);
  sum.reset_state();
  sum.update_state(Tensor::zeros({0, 3}));
  CHECK(sum.result() == 0);
}

TEST_CASE("Metric: has one result, unless it says otherwise") {
  const Handle<Metric> metric("mse");
  metric->update_state(Tensor({{1.F}}), Tensor({{3.F}}));
  CHECK(metric->results().shape() == Shape());
  CHECK(metric->results().item<double>() == 4);
}

TEST_CASE("Mean: weights that do not fit are refused, and nothing is counted") {
  metrics::Mean mean;
  CHECK_THROWS_AS(mean.update_state(Tensor({1.F, 2.F}), Tensor({1.F, 2.F, 3.F})), ShapeError);
  CHECK(mean.result() == 0);
}
