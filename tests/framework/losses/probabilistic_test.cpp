#include <cornu/framework/losses/probabilistic.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/base/errors.hpp>

using namespace cornu;

TEST_CASE("kl_divergence: holds labels and predictions within 1e-7 … 1, as Keras") {
  const Tensor p({{0.5F, 0.5F}});
  CHECK(losses::kl_divergence(Tensor({{0.F, 1.F}}), p).item<float>() == doctest::Approx(0.6931456));
  CHECK(losses::kl_divergence(Tensor({{0.F, 2.F}}), p).item<float>() == doctest::Approx(0.6931456));
}

TEST_CASE("poisson: of a prediction of 0 it is large, of a negative one NaN, as in Keras") {
  CHECK(losses::poisson(Tensor({{1.F}}), Tensor({{0.F}})).item<float>() == doctest::Approx(16.118095));
  CHECK(std::isnan(losses::poisson(Tensor({{1.F}}), Tensor({{-1.F}})).item<float>()));
}

TEST_CASE("probabilistic losses: what they refuse") {
  const Tensor two = Tensor::zeros({1, 2}), three = Tensor::zeros({1, 3});
  for (const auto loss : {losses::kl_divergence, losses::poisson}) {
    CHECK_THROWS_AS(loss(two, three), ShapeError);
    CHECK_THROWS_AS(loss(two, Tensor::zeros({1, 2}, int32)), ValueError);
    CHECK(loss(Tensor::zeros({0, 2}), Tensor::zeros({0, 2})).shape() == Shape{0});
  }
  CHECK_THROWS_AS(losses::KLDivergence().check_labels(two, {None, 3}), ShapeError);
  CHECK_THROWS_AS(losses::Poisson().check_labels(two, {None, 3}), ShapeError);
}
