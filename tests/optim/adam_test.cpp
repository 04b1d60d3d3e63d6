#include <cornu/optim/adam.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/ops/ops.hpp>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::Adam, testing::check_run, testing::message_of;

// Keras computes 1 − β₂^t in float32, which at t = 1 is off by 1.3e-5 of itself: steps of 0.1 are off by up to 6e-7.
constexpr double keras_bias_correction = 7e-6;

TEST_CASE("Adam: 25 steps as Keras, with its options and amsgrad") {
  const testing::Fixture fixture("optimizers");
  const auto check = [&](const char* run, optim::AdamOptions options, double tolerance) {
    Adam optimizer(options);
    check_run(fixture, run, optimizer, tolerance);
  };
  const optim::AdamOptions amsgrad{.learning_rate = 0.1, .beta_2 = 0.9, .amsgrad = true};
  check("adam", {.learning_rate = 0.1}, keras_bias_correction);
  check("adam_default", {}, 1e-6);
  check("adam_betas", {.learning_rate = 0.05, .beta_1 = 0.8, .beta_2 = 0.95, .epsilon = 1e-3}, 2e-6);
  check("adam_amsgrad", amsgrad, 2e-6);
  check("adam_float64", {.learning_rate = 0.1}, 1e-13);
  check("adam_amsgrad_float64", amsgrad, 1e-13);
}

TEST_CASE("Adam: float32 is within rounding of Keras in float64") {
  Adam optimizer({.learning_rate = 0.1});
  check_run(testing::Fixture("optimizers"), "adam_float64", optimizer, 1e-6, float32);
}

TEST_CASE("Adam: the first step goes by the learning rate, whatever the gradient's size") {
  const Variable w(Tensor({1., 1., 1., 1.}, float64), {.name = "w"});
  Adam optimizer({.learning_rate = 0.125, .epsilon = 0});
  optimizer.apply({{Tensor({1e-9, -3., 1e9, -2e-3}, float64), w}});
  const std::vector<double> after = w.value().to_vector<double>();
  for (std::size_t i = 0; i < 4; ++i) CHECK(after[i] == doctest::Approx(i % 2 == 0 ? 0.875 : 1.125).epsilon(1e-9));
}

TEST_CASE("Adam: without a gradient the velocity fades, also where the momentum is 0") {
  const Variable w(Tensor::ones({300}), {.name = "w"});
  const Variable* const pointer = &w;
  Adam adam({.beta_1 = 0, .beta_2 = 0.5});
  for (const Gradient& gradient : {Gradient(Tensor::ones({300})), Gradient(), Gradient()})
    adam.apply({&gradient, 1}, {&pointer, 1}, {.missing_is_zero = true});
  CHECK(ops::all(ops::equal(adam.variables()[2].peek(), 0.)).item<bool>());
  CHECK(ops::all(ops::equal(adam.variables()[3].peek(), 0.125)).item<bool>());  // 0.5, halved twice
}

TEST_CASE("Adam: what it refuses") {
  CHECK(message_of<ValueError>([] { Adam({.beta_1 = 1}); }) ==
        "[Adam] beta_1 is out of range; got 1; expected 0 or more, below 1");
  CHECK(message_of<ValueError>([] { Adam({.beta_2 = -0.5}); }) ==
        "[Adam] beta_2 is out of range; got -0.5; expected 0 or more, below 1");
  CHECK(message_of<ValueError>([] { Adam({.epsilon = -1}); }) ==
        "[Adam] epsilon is out of range; got -1; expected 0 or more");
}
