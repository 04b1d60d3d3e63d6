#include <cornu/framework/losses/regression.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <string>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/checks/check_gradients.hpp>
#include <cornu/framework/ops/ops.hpp>
#include <cornu/framework/tensor/random.hpp>

#include "tests/support/keras_configs.hpp"
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

TEST_CASE("LogCosh: is exact for small errors, and finite for large ones") {
  const Tensor none = Tensor::zeros({1, 1});
  for (const float error : {1e-4F, -1e-4F, 0.5F, 1.F, -3.F}) {
    const double exact = std::log1p(2 * std::pow(std::sinh(error / 2.), 2));
    CHECK(losses::log_cosh(none, Tensor({{error}})).item<float>() == doctest::Approx(exact).epsilon(1e-6).scale(0));
  }
  CHECK(losses::log_cosh(none, Tensor({{1000.F}})).item<float>() == doctest::Approx(1000 - std::log(2.)));
  CHECK(std::isnan(losses::log_cosh(none, Tensor({{NAN}})).item<float>()));
}

TEST_CASE("CosineSimilarity: a vector of zeros has no direction, and no gradient") {
  const Tensor p({{0.F, 0.F}, {1e-8F, 0.F}}), t({{1.F, 0.F}, {1.F, 0.F}});
  GradientTape tape;
  tape.watch(p);
  const Tensor loss = losses::cosine_similarity(t, p);
  CHECK(loss.at<float>(0) == 0);
  CHECK(loss.at<float>(1) == doctest::Approx(-0.1));
  CHECK(ops::all(ops::is_finite(tape.gradient(loss, p).to_dense())).item<bool>());
}

TEST_CASE("Huber: what Keras forgets of it is written and read") {
  const Config written = losses::Huber({.delta = 0.25}).to_config();
  CHECK(written["config"]["delta"].as_double() == 0.25);
  CHECK(from_config<losses::Loss>(testing::view_of(written))->to_config().to_json() == written.to_json());
  CHECK_FALSE(losses::Huber().to_config()["config"].contains("delta"));
  CHECK(losses::CosineSimilarity({.axis = 1}).to_config()["config"]["axis"].as_int() == 1);
}

TEST_CASE("regression losses: what they refuse, and an empty batch") {
  const Tensor x({{0.5F, 0.5F}}), none = Tensor::zeros({0, 3});
  for (const auto loss :
       {losses::mean_squared_error, losses::mean_absolute_error, losses::mean_absolute_percentage_error,
        losses::mean_squared_logarithmic_error, losses::log_cosh}) {
    CHECK_THROWS_AS(loss(Tensor({{1.F}}), x), ShapeError);
    CHECK_THROWS_AS(loss(Tensor(1.F), Tensor(1.F)), ShapeError);
    CHECK_THROWS_AS(loss(x, Tensor({{1, 2}})), ValueError);
    CHECK(loss(none, none).shape() == Shape{0});
  }
  CHECK_THROWS_AS(losses::MeanSquaredError().check_labels(x, {None, 3}), ShapeError);
  CHECK_THROWS_AS(losses::MeanAbsoluteError().check_labels(Tensor(1.F), {None, 3}), ShapeError);
  losses::MeanSquaredError().check_labels(none, {None, 3});
  for (const char* name : {"mape", "msle", "cosine_similarity", "huber", "log_cosh"})
    CHECK_THROWS_AS(Handle<losses::Loss>(name)->check_labels(x, {None, 3}), ShapeError);
  CHECK_THROWS_AS(losses::Huber({.delta = -1}), ValueError);
  CHECK_THROWS_AS(losses::cosine_similarity(x, x, 2), IndexError);
}
