#include <cornu/framework/losses/regression.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/loss_cases.hpp"

using namespace cornu;
using testing::check_loss_cases, testing::LossCase;

TEST_CASE("regression losses: values, reductions and gradients as Keras, with weights and masks") {
  CHECK(check_loss_cases("mse", "regression", [](const LossCase&, const std::string& reduction) {
          return std::make_shared<losses::MeanSquaredError>(losses::MeanSquaredErrorOptions{reduction});
        }) == 20);
  CHECK(check_loss_cases("mae", "regression", [](const LossCase&, const std::string& reduction) {
          return std::make_shared<losses::MeanAbsoluteError>(losses::MeanAbsoluteErrorOptions{reduction});
        }) == 12);
}

TEST_CASE("regression losses: gradients against central differences") {
  random::set_seed(4);
  const Tensor y_pred = random::normal({6, 4}), y_true = y_pred.astype(float64) * 2.;
  for (const auto loss : {losses::mean_squared_error, losses::mean_absolute_error}) {
    const auto report = check_gradients([&](const Tensor& p) { return loss(y_true, p); }, {y_pred});
    CHECK_MESSAGE(report.ok(), report.where);
  }
}

TEST_CASE("regression losses: what they refuse, and an empty batch") {
  const Tensor x({{0.5F, 0.5F}}), none = Tensor::zeros({0, 3});
  for (const auto loss : {losses::mean_squared_error, losses::mean_absolute_error}) {
    CHECK_THROWS_AS(loss(Tensor({{1.F}}), x), ShapeError);
    CHECK_THROWS_AS(loss(Tensor(1.F), Tensor(1.F)), ShapeError);
    CHECK_THROWS_AS(loss(x, Tensor({{1, 2}})), ValueError);
    CHECK(loss(none, none).shape() == Shape{0});
  }
  CHECK_THROWS_AS(losses::MeanSquaredError().check_labels(x, {None, 3}), ShapeError);
  CHECK_THROWS_AS(losses::MeanAbsoluteError().check_labels(Tensor(1.F), {None, 3}), ShapeError);
  losses::MeanSquaredError().check_labels(none, {None, 3});
}
