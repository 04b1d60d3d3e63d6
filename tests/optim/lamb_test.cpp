#include <cornu/optim/lamb.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::Lamb, testing::check_run, testing::message_of;

TEST_CASE("Lamb: 25 steps as Keras, with its options") {
  const testing::Fixture fixture("optimizers_all");
  const auto check = [&](const char* run, optim::LambOptions options, double tolerance,
                         std::optional<DType> dtype = {}) {
    Lamb optimizer(options);
    check_run(fixture, run, optimizer, tolerance, dtype);
  };
  const optim::LambOptions all{
      .learning_rate = 0.1, .beta_1 = 0.8, .beta_2 = 0.95, .epsilon = 1e-3, .weight_decay = 0.1};
  check("lamb", {.learning_rate = 0.1}, 2e-6);
  check("lamb_betas", all, 1e-6);
  check("lamb_betas_float64", all, 1e-13);
}

TEST_CASE("Lamb: the first step is as long as the weights are, times the learning rate") {
  const Variable w(Tensor({3., 4.}, float64), {.name = "w"}), zero(Tensor({0., 0.}, float64), {.name = "zero"});
  Lamb optimizer({.learning_rate = 0.5, .epsilon = 0});
  optimizer.apply({{Tensor({7., 7.}, float64), w}, {Tensor({7., 7.}, float64), zero}});
  const double side = 0.5 * 5 / std::sqrt(2.);
  CHECK(w.peek().at<double>(0) == doctest::Approx(3 - side).epsilon(1e-12));
  CHECK(w.peek().at<double>(1) == doctest::Approx(4 - side).epsilon(1e-12));
  CHECK(zero.peek().at<double>(0) == doctest::Approx(-0.5).epsilon(1e-12));  // no length: the ratio is 1
}

TEST_CASE("Lamb: no elements, and no gradient at all") {
  const Variable none(Tensor::zeros({0, 3}), {.name = "none"}), still(Tensor({1.F}), {.name = "still"});
  Lamb optimizer;
  optimizer.apply({{Tensor::zeros({0, 3}), none}, {Tensor({0.F}), still}});
  CHECK(still.peek().item<float>() == 1);
}

TEST_CASE("Lamb: what it refuses") {
  CHECK(message_of<ValueError>([] { Lamb({.beta_1 = 1}); }) ==
        "[Lamb] beta_1 is out of range; got 1; expected 0 or more, below 1");
  CHECK(message_of<ValueError>([] { Lamb({.beta_2 = -0.5}); }) ==
        "[Lamb] beta_2 is out of range; got -0.5; expected 0 or more, below 1");
  CHECK(message_of<ValueError>([] { Lamb({.epsilon = -1}); }) ==
        "[Lamb] epsilon is out of range; got -1; expected a number from 0 on");
}
