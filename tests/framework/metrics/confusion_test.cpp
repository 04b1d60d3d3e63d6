#include <cornu/framework/metrics/confusion.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/metrics/at_threshold.hpp>
#include <cornu/framework/metrics/auc.hpp>
#include <cornu/framework/metrics/f_score.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using testing::message_of;

TEST_CASE("confusion metrics: NaN is never positive, and any label but 0 is, as Keras") {
  metrics::Precision precision;
  metrics::Recall recall;
  const Tensor ones({{1}, {1}}), p({{0.9F}, {NAN}});
  precision.update_state(ones, p);
  recall.update_state(ones, p);
  CHECK(precision.result() == 1);
  CHECK(recall.result() == 0.5);
  precision.reset_state();
  precision.update_state(Tensor({{0.3F}, {0.9F}}), Tensor({{0.8F}, {0.9F}}));
  CHECK(precision.result() == 1);
}

TEST_CASE("confusion metrics: top_k takes the first of equals, as Keras") {
  metrics::Precision precision({.top_k = 1});
  const Tensor tie({{0.5F, 0.5F}});
  precision.update_state(Tensor({{0, 1}}), tie);
  CHECK(precision.result() == 0);
  precision.reset_state();
  precision.update_state(Tensor({{1, 0}}), tie);
  CHECK(precision.result() == 1);
  precision.reset_state();
  precision.update_state(Tensor({{1, 0}}), Tensor({{NAN, 0.1F}}));
  CHECK(precision.result() == 0);
}

TEST_CASE("confusion metrics: a weight may be that of a sample, of a step or of an element") {
  const Tensor t({{{1}, {0}}, {{1}, {1}}}), p({{{0.9F}, {0.8F}}, {{0.1F}, {0.7F}}});
  const auto precision_with = [&](const Tensor& weight) {
    metrics::Precision precision;
    precision.update_state(t, p, weight);
    return precision.result();
  };
  CHECK(precision_with({}) == doctest::Approx(2. / 3));
  CHECK(precision_with(Tensor({1, 3})) == doctest::Approx(4. / 5));
  CHECK(precision_with(Tensor({{1, 2}, {5, 3}})) == doctest::Approx(4. / 6));
  CHECK(precision_with(Tensor({{{1}, {2}}, {{5}, {3}}})) == doctest::Approx(4. / 6));
  CHECK(precision_with(Tensor(2.F)) == doctest::Approx(2. / 3));
}

TEST_CASE("confusion metrics: what has no weight may have any label and prediction") {
  metrics::Precision precision;
  metrics::AUC auc;
  metrics::F1Score score({.threshold = 0.5});
  const Tensor t({{-1.F}, {NAN}, {1.F}, {0.F}}), p({{NAN}, {7.F}, {0.9F}, {0.1F}}), weights({0, 0, 1, 1});
  precision.update_state(t, p, weights);
  auc.update_state(t, p, weights);
  score.update_state(t, p, weights);
  CHECK(precision.result() == 1);
  CHECK(auc.result() == 1);
  CHECK(score.result() == doctest::Approx(1));
}

TEST_CASE("confusion metrics: several thresholds give several values, and their mean as the figure") {
  metrics::Recall recall({.thresholds = {0.8, 0.2}});
  recall.update_state(Tensor({{1}, {1}}), Tensor({{0.9F}, {0.5F}}));
  CHECK(recall.results().to_vector<double>() == std::vector<double>{0.5, 1});
  CHECK(recall.result() == 0.75);
  CHECK(metrics::Recall().results().shape() == Shape());
}

TEST_CASE("confusion metrics: a prediction that equals a threshold is not above it, in float32 as in double") {
  for (const DType dtype : {float32, float64}) {
    metrics::TruePositives at({.thresholds = 0.3});
    at.update_state(Tensor({{1}}), Tensor({{0.3}}).astype(dtype));
    CHECK(at.result() == 0);
  }
}

TEST_CASE("confusion metrics: what they refuse counts nothing") {
  CHECK_THROWS_AS(metrics::TruePositives({.thresholds = 1.5}), ValueError);
  CHECK_THROWS_AS(metrics::Recall({.thresholds = {0.5, NAN}}), ValueError);
  CHECK_THROWS_AS(metrics::Precision({.top_k = 0}), ValueError);
  CHECK_THROWS_AS(metrics::Precision({.class_id = -1}), ValueError);
  metrics::TruePositives hits;
  const Tensor one({{1}}), p({{0.9F}});
  hits.update_state(one, p);
  CHECK(message_of<ValueError>([&] {
          hits.update_state(Tensor({{0}, {2}}), Tensor({{0.1F}, {0.9F}}));
        }) == "[true_positives] labels must lie in 0 … 1; got 2 in sample 1");
  CHECK_THROWS_AS(hits.update_state(Tensor({{-1}}), p), ValueError);
  CHECK_THROWS_AS(hits.update_state(Tensor({{1, 1}}), p), ShapeError);
  CHECK(message_of<ShapeError>([&] {
          hits.update_state(one, p, Tensor({1, 1}));
        }) ==
        "[true_positives] weights do not fit; got (2,) for predictions (1, 1); expected one a sample, a step or an "
        "element");
  CHECK(hits.result() == 1);
  CHECK(message_of<ValueError>([&] { metrics::Precision({.top_k = 2}).update_state(one, p); }) ==
        "[precision] top_k is larger than the number of classes; got 2 for predictions (1, 1)");
  CHECK_THROWS_AS(metrics::Recall({.class_id = 1}).update_state(one, p), IndexError);
  CHECK_THROWS_AS(metrics::Recall({.class_id = 0}).update_state(Tensor({1}), Tensor({0.9F})), IndexError);
}

TEST_CASE("metrics at a threshold: what they refuse, and 0 where no threshold reaches the value") {
  CHECK_THROWS_AS(metrics::SensitivityAtSpecificity(1.5), ValueError);
  CHECK_THROWS_AS(metrics::SpecificityAtSensitivity(-0.1), ValueError);
  CHECK_THROWS_AS(metrics::PrecisionAtRecall(NAN), ValueError);
  CHECK_THROWS_AS(metrics::RecallAtPrecision(0.5, {.num_thresholds = 0}), ValueError);
  CHECK_THROWS_AS(metrics::RecallAtPrecision(0.5, {.num_thresholds = 1'000'000'000'000}), ValueError);
  CHECK_THROWS_AS(metrics::RecallAtPrecision(0.5, {.class_id = -1}), ValueError);
  metrics::RecallAtPrecision recall(0.9, {});
  recall.update_state(Tensor({{0}, {1}}), Tensor({{0.9F}, {0.1F}}));
  CHECK(recall.result() == 0);
}
