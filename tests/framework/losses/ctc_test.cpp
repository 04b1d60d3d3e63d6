#include <cornu/framework/losses/ctc.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;

TEST_CASE("ctc: of logits that say nothing, as Keras") {
  CHECK(losses::ctc(Tensor({{1}}), Tensor::zeros({1, 1, 3})).item<float>() == doctest::Approx(1.098612));
  CHECK(losses::ctc(Tensor({{1, 2}}), Tensor::zeros({1, 3, 3})).item<float>() == doctest::Approx(1.686399));
  CHECK(losses::ctc(Tensor({{1, 0}}), Tensor::zeros({1, 3, 3})).item<float>() == doctest::Approx(1.504077));
}

TEST_CASE("ctc: labels that do not fit the steps have the loss infinity and no gradient") {
  const Tensor logits = Tensor::zeros({2, 2, 3});
  GradientTape tape;
  tape.watch(logits);
  const Tensor loss = losses::ctc(Tensor({{1, 1}, {1, 2}}), logits);
  CHECK(loss.at<float>(0) == std::numeric_limits<float>::infinity());
  CHECK(loss.at<float>(1) == doctest::Approx(2 * std::log(3.)));
  const Tensor gradient = tape.gradient(ops::select(loss, 0, 1), logits).to_dense();
  CHECK(ops::all(ops::is_finite(gradient)).item<bool>());
  CHECK(ops::array_equal(ops::select(gradient, 0, 0), Tensor::zeros({2, 3})));
}

TEST_CASE("ctc: is the sum over all alignments") {
  random::set_seed(3);
  const Tensor logits = random::normal({1, 4, 3}).astype(float64), p = ops::softmax(logits);
  double sum = 0;
  for (int path = 0; path < 81; ++path) {
    int spelt = 0, before = 0;
    double product = 1;
    for (int step = 0, rest = path; step < 4; ++step, rest /= 3) {
      const int id = rest % 3;
      product *= p.at<double>(0, step, id);
      if (id != 0 && id != before) spelt = 10 * spelt + id;
      before = id;
    }
    if (spelt == 121) sum += product;
  }
  CHECK(losses::ctc(Tensor({{1, 2, 1}}), logits).item<double>() == doctest::Approx(-std::log(sum)));
}

TEST_CASE("ctc: gradients of labels of several lengths against central differences") {
  random::set_seed(4);
  const auto report = check_gradients(
      [](const Tensor& p) {
        return losses::ctc(Tensor({{1, 1, 2}, {2, 0, 0}, {0, 0, 0}}), p);
      },
      {random::normal({3, 6, 3})});
  CHECK_MESSAGE(report.ok(), report.where);
}

TEST_CASE("ctc: what it refuses, and empty ones") {
  const Tensor logits = Tensor::zeros({1, 4, 3});
  CHECK_THROWS_AS(losses::ctc(Tensor({1}), logits), ShapeError);
  CHECK_THROWS_AS(losses::ctc(Tensor({{1}, {1}}), logits), ShapeError);
  CHECK_THROWS_AS(losses::ctc(Tensor({{1}}), Tensor::zeros({1, 0, 3})), ShapeError);
  CHECK_THROWS_AS(losses::ctc(Tensor({{3}}), logits), IndexError);
  CHECK_THROWS_AS(losses::ctc(Tensor({{0.5F}}), logits), IndexError);
  CHECK(testing::message_of<ValueError>([&] {
          losses::ctc(Tensor({{1, 0, 2}}), logits);
        }) ==
        "[ctc] a 0 stands in front of a label in sample 0; expected zeros behind the labels alone, because class 0 is "
        "that of nothing");
  losses::CTC().check_labels(Tensor({{1, 0}}), {None, 4, 3});
  CHECK_THROWS_AS(losses::CTC().check_labels(Tensor({{3}}), {None, 4, 3}), IndexError);
  CHECK_THROWS_AS(losses::CTC().check_labels(Tensor({1}), {None, 4, 3}), ShapeError);
  CHECK_THROWS_AS(losses::CTC().check_labels(Tensor(1), {None, 4, 3}), ShapeError);
  CHECK(losses::ctc(Tensor::zeros({0, 2}, int32), Tensor::zeros({0, 4, 3})).shape() == Shape{0});
  CHECK(losses::ctc(Tensor::zeros({1, 0}, int32), logits).item<float>() == doctest::Approx(4 * std::log(3.)));
}
