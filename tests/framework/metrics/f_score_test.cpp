#include <cornu/framework/metrics/f_score.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;

TEST_CASE("F1Score: without a threshold all of the largest are positive, and nothing in a row of zeros, as Keras") {
  metrics::F1Score score;
  score.update_state(Tensor({{1, 0}}), Tensor({{0.5F, 0.5F}}));
  CHECK(score.results().at<double>(0) == doctest::Approx(1));
  CHECK(score.results().at<double>(1) == 0);
  score.reset_state();
  score.update_state(Tensor({{1, 0}}), Tensor({{0.F, 0.F}}));
  CHECK(score.result() == 0);
  score.update_state(Tensor({{1, 0}}), Tensor({{0.9F, NAN}}));
  CHECK(score.result() == 0);
}

TEST_CASE("F1Score: negative scores have a largest, too") {
  metrics::F1Score score;
  score.update_state(Tensor({{1, 0}}), Tensor({{-1.F, -2.F}}));
  CHECK(score.results().at<double>(0) == doctest::Approx(1));
}

TEST_CASE("F1Score: labels of rank 1 fit one output") {
  metrics::F1Score score({.threshold = 0.5});
  const Tensor p({{0.9F}, {0.2F}});
  const auto aligned = score.aligned(Tensor({1, 0}), p);
  score.update_state(aligned.first, aligned.second);
  CHECK(score.result() == doctest::Approx(1));
}

TEST_CASE("F scores: what they refuse, and 0 before the first batch") {
  CHECK_THROWS_AS(metrics::F1Score({.average = "mean"}), ValueError);
  CHECK_THROWS_AS(metrics::FBetaScore({.beta = 0}), ValueError);
  CHECK_THROWS_AS(metrics::FBetaScore({.beta = NAN}), ValueError);
  for (const double threshold : {0., 1.5}) CHECK_THROWS_AS(metrics::F1Score({.threshold = threshold}), ValueError);
  metrics::F1Score score;
  CHECK(score.result() == 0);
  CHECK_THROWS_AS(score.update_state(Tensor({1}), Tensor({0.5F})), ShapeError);
  score.update_state(Tensor({{1, 0}}), Tensor({{0.9F, 0.1F}}));
  score.reset_state();
  CHECK(score.result() == 0);
  CHECK(testing::message_of<ShapeError>([&] {
          score.update_state(Tensor({{1, 0, 0}}), Tensor({{0.9F, 0.1F, 0.F}}));
        }) == "[f1_score] another number of classes than before; got 3; expected 2");
}
