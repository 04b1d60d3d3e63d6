#include <cornu/framework/metrics/correlation.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>

#include "tests/support/captured_log.hpp"

using namespace cornu;

TEST_CASE("correlations: along an axis of one element nothing varies, which is said once; axis 0 is what was meant") {
  const testing::CapturedLog log({});
  const Tensor column({{1.F}, {2.F}, {4.F}, {3.F}});
  metrics::PearsonCorrelation pearson, along({.axis = 0});
  metrics::ConcordanceCorrelation concordance;
  for (int i = 0; i < 2; ++i) pearson.update_state(column, column);
  concordance.update_state(column, column);
  along.update_state(column, column);
  CHECK(std::isnan(pearson.result()));
  CHECK(concordance.result() == 0);
  CHECK(along.result() == doctest::Approx(1));
  CHECK(log.text() ==
        "pearson_correlation: axis -1 of predictions (4, 1) has one element, along which nothing varies; for a "
        "correlation of the samples of a batch say axis = 0\n"
        "concordance_correlation: axis -1 of predictions (4, 1) has one element, along which nothing varies; for a "
        "correlation of the samples of a batch say axis = 0\n");
}

TEST_CASE("correlations: of a constant row, as Keras") {
  const Tensor row({{1.F, 1.F, 1.F}}), other({{1.F, 2.F, 3.F}});
  CHECK(std::isnan(metrics::pearson_correlation(row, other).at<double>(0)));
  CHECK(metrics::concordance_correlation(row, other).at<double>(0) == 0);
}

TEST_CASE("correlations: what they refuse, and an empty batch") {
  for (const auto function : {metrics::pearson_correlation, metrics::concordance_correlation}) {
    CHECK_THROWS_AS(function(Tensor::zeros({1, 2}), Tensor::zeros({1, 3}), -1), ShapeError);
    CHECK_THROWS_AS(function(Tensor::zeros({1, 2}), Tensor::zeros({1, 2}), 2), IndexError);
    CHECK(function(Tensor::zeros({0, 2}), Tensor::zeros({0, 2}), -1).shape() == Shape{0});
  }
}
