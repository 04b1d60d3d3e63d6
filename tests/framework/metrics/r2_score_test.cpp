#include <cornu/framework/metrics/r2_score.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;

namespace {

double score_of(const Tensor& y_true, const Tensor& y_pred, std::int64_t num_regressors = 0) {
  metrics::R2Score score({.num_regressors = num_regressors});
  score.update_state(y_true, y_pred);
  return score.result();
}

}  // namespace

TEST_CASE("R2Score: of one sample, of constant labels and adjusted, as Keras") {
  CHECK(score_of(Tensor({{1}}), Tensor({{2.F}})) == 0);
  CHECK(std::isnan(score_of(Tensor({{1}}), Tensor({{1.F}}))));
  CHECK(std::isnan(score_of(Tensor({{1}, {1}}), Tensor({{1.F}, {1.F}}))));
  CHECK(score_of(Tensor({{1}, {1}}), Tensor({{1.F}, {2.F}})) == 0);
  CHECK(score_of(Tensor({{0.1F}, {0.1F}, {0.1F}}), Tensor({{1.F}, {2.F}, {3.F}})) == 0);
  const Tensor t({{1}, {2}, {3}}), p({{1.F}, {2.F}, {4.F}});
  CHECK(score_of(t, p) == 0.5);
  CHECK(score_of(t, p, 1) == 0);
  for (const std::int64_t regressors : {2, 3}) CHECK(score_of(t, p, regressors) == 0.5);
}

TEST_CASE("R2Score: a large mean costs no digits") {
  CHECK(score_of(Tensor({{1e8}, {1e8 + 1}, {1e8 + 2}}, float64), Tensor({{1e8}, {1e8 + 1}, {1e8 + 3}}, float64)) ==
        doctest::Approx(0.5));
}

TEST_CASE("R2Score: what it refuses, and 0 before the first batch") {
  CHECK_THROWS_AS(metrics::R2Score({.class_aggregation = "sum"}), ValueError);
  CHECK_THROWS_AS(metrics::R2Score({.num_regressors = -1}), ValueError);
  metrics::R2Score score({.class_aggregation = std::nullopt});
  CHECK(score.result() == 0);
  CHECK_THROWS_AS(score.update_state(Tensor({1}), Tensor({1.F})), ShapeError);
  score.update_state(Tensor({{1, 2}, {2, 4}}), Tensor({{1.F, 2.F}, {2.F, 4.F}}));
  CHECK(score.results().to_vector<double>() == std::vector<double>{1, 1});
  score.reset_state();
  CHECK(score.result() == 0);
  CHECK(testing::message_of<ShapeError>([&] { score.update_state(Tensor({{1}}), Tensor({{1.F}})); }) ==
        "[r2_score] another number of outputs than before; got 1; expected 2");
}
