#include <cornu/framework/losses/segmentation.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>

using namespace cornu;

TEST_CASE("Tversky: alpha multiplies what was missed, as in Keras, whose text says otherwise") {
  const Tensor many({{1.F, 1.F, 0.F, 0.F}}), few({{1.F, 0.F, 0.F, 0.F}});
  const losses::Tversky loss({.alpha = 0.3, .beta = 0.7});
  CHECK(loss(many, few).item<float>() == doctest::Approx(0.230769));
  CHECK(loss(few, many).item<float>() == doctest::Approx(0.411765));
}

TEST_CASE("Dice: is one number for a batch, which a weight of samples multiplies by the mean of the weights") {
  const Tensor t({{1.F, 0.F}, {1.F, 0.F}}), p({{1.F, 0.F}, {0.F, 1.F}});
  CHECK(losses::Dice()(t, p).item<float>() == doctest::Approx(0.5));
  CHECK(losses::Dice()(t, p, Tensor({1.F, 0.F})).item<float>() == doctest::Approx(0.25));
  const Tensor zeros = Tensor::zeros({2, 2});
  CHECK(losses::Dice()(zeros, zeros).item<float>() == 1);
  CHECK(losses::Tversky()(zeros, zeros).item<float>() == 1);
}

TEST_CASE("losses of segmentation: what they refuse") {
  const Tensor two = Tensor::zeros({1, 2}), three = Tensor::zeros({1, 3});
  CHECK_THROWS_AS(losses::dice(two, three), ShapeError);
  CHECK_THROWS_AS(losses::tversky(two, three), ShapeError);
  CHECK_THROWS_AS(losses::dice(two, two, 2), IndexError);
  CHECK_THROWS_AS(losses::Dice().check_labels(two, {None, 3}), ShapeError);
  CHECK_THROWS_AS(losses::Tversky().check_labels(two, {None, 3}), ShapeError);
  CHECK(losses::dice(Tensor::zeros({0, 2}), Tensor::zeros({0, 2}), 1).shape() == Shape{0});
}
