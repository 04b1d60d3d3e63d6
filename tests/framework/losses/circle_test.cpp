#include <cornu/framework/losses/circle.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/ops/ops.hpp>

using namespace cornu;

TEST_CASE("Circle: a sample without a partner has no loss, does not count, and has no gradient") {
  const Tensor p({{1.F, 0.F}, {0.6F, 0.8F}, {0.F, 1.F}}), labels({0, 0, 1});
  GradientTape tape;
  tape.watch(p);
  const Tensor all = losses::circle(labels, p);
  CHECK(all.at<float>(2) == 0);
  const float sum = all.at<float>(0) + all.at<float>(1);
  CHECK(losses::Circle()(labels, p).item<float>() == doctest::Approx(sum / 2));
  const Tensor alone = losses::circle(Tensor({0, 1, 2}), p);
  CHECK(ops::array_equal(alone, Tensor::zeros({3})));
  CHECK(ops::array_equal(tape.gradient(alone, p).to_dense(), Tensor::zeros({3, 2})));
  CHECK(ops::array_equal(losses::circle(Tensor({{0}, {0}, {1}}), p), all));
}

TEST_CASE("Circle: what it refuses, and an empty batch") {
  const Tensor p = Tensor::zeros({3, 2});
  CHECK_THROWS_AS(losses::circle(Tensor({0, 1}), p), ShapeError);
  CHECK_THROWS_AS(losses::circle(Tensor::zeros({3, 2}), p), ShapeError);
  CHECK_THROWS_AS(losses::circle(Tensor({0, 1, 2}), Tensor::zeros({3, 2, 1})), ShapeError);
  CHECK_THROWS_AS(losses::Circle().check_labels(Tensor({0.5F, 1.F}), {None, 2}), IndexError);
  CHECK_THROWS_AS(losses::Circle().check_labels(Tensor(1), {None, 2}), ShapeError);
  losses::Circle().check_labels(Tensor({3, 4}), {None, 2});
  CHECK(losses::circle(Tensor::zeros({0}, int32), Tensor::zeros({0, 2})).shape() == Shape{0});
}
