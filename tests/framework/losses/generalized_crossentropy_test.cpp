#include <cornu/framework/losses/generalized_crossentropy.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;

TEST_CASE("CategoricalGeneralizedCrossEntropy: takes class ids, and refuses one-hot labels") {
  const losses::CategoricalGeneralizedCrossEntropy loss;
  const Tensor p({{0.25F, 0.75F}});
  CHECK(loss(Tensor({0}), p).item<float>() == 1);
  CHECK(loss(Tensor({{0}}), p).item<float>() == 1);
  CHECK(testing::message_of<ShapeError>([&] {
          loss(Tensor({{1, 0}}), p);
        }) ==
        "[categorical_generalized_cross_entropy] labels do not fit the predictions; got y_true (1, 2) and y_pred (1, "
        "2); expected class ids of shape (1,); take ops::argmax of one-hot labels");
}

TEST_CASE("CategoricalGeneralizedCrossEntropy: a probability of 0 has a loss and no gradient") {
  const Tensor p({{0.F, 1.F}, {0.25F, 0.75F}});
  GradientTape tape;
  tape.watch(p);
  const Tensor loss = losses::categorical_generalized_cross_entropy(Tensor({0, 0}), p, 0.5);
  CHECK(loss.at<float>(0) == 2);
  CHECK(ops::array_equal(tape.gradient(loss, p).to_dense(), Tensor({{0.F, 0.F}, {-2.F, 0.F}})));
}

TEST_CASE("CategoricalGeneralizedCrossEntropy: what it refuses, and an empty batch") {
  using Loss = losses::CategoricalGeneralizedCrossEntropy;
  for (const double q : {0., 1., -0.5, std::nan("")}) CHECK_THROWS_AS(Loss({.q = q}), ValueError);
  const Tensor p({{0.25F, 0.75F}});
  CHECK_THROWS_AS(Loss()(Tensor({2}), p), IndexError);
  CHECK_THROWS_AS(Loss()(Tensor({0.5F}), p), IndexError);
  CHECK_THROWS_AS(Loss().check_labels(Tensor({2}), {None, 2}), IndexError);
  CHECK_THROWS_AS(Loss().check_labels(Tensor(1), {None, 2}), ShapeError);
  CHECK(losses::categorical_generalized_cross_entropy(Tensor::zeros({0}, int32), Tensor::zeros({0, 2}), 0.5).shape() ==
        Shape{0});
}
