#include <cornu/framework/losses/hinge.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/base/errors.hpp>

using namespace cornu;

TEST_CASE("hinge: labels that are all 0 or 1 are taken as −1 and 1, others as they are, as Keras") {
  const Tensor half({{0.5F}, {0.5F}});
  CHECK(losses::Hinge()(Tensor({{0}, {1}}), half).item<float>() == 1);
  CHECK(losses::Hinge()(Tensor({{0}, {-1}}), half).item<float>() == 1.25);
  CHECK(losses::SquaredHinge()(Tensor({{0}, {1}}), half).item<float>() == 1.25);
}

TEST_CASE("hinge: what they refuse") {
  const Tensor two = Tensor::zeros({1, 2}), three = Tensor::zeros({1, 3});
  for (const auto loss : {losses::hinge, losses::squared_hinge, losses::categorical_hinge}) {
    CHECK_THROWS_AS(loss(two, three), ShapeError);
    CHECK_THROWS_AS(loss(two, Tensor::zeros({1, 2}, int32)), ValueError);
    CHECK(loss(Tensor::zeros({0, 2}), Tensor::zeros({0, 2})).shape() == Shape{0});
  }
  CHECK_THROWS_AS(losses::Hinge().check_labels(two, {None, 3}), ShapeError);
  CHECK_THROWS_AS(losses::SquaredHinge().check_labels(two, {None, 3}), ShapeError);
  CHECK_THROWS_AS(losses::CategoricalHinge().check_labels(Tensor({0}), {None, 3}), ShapeError);
}
