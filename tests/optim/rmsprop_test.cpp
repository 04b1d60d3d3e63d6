#include <cornu/optim/rmsprop.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::RMSprop, testing::check_run, testing::message_of;

TEST_CASE("RMSprop: 25 steps as Keras, plain, with momentum, centered, and both") {
  const testing::Fixture fixture("optimizers");
  const auto check = [&](const char* run, optim::RMSpropOptions options, double tolerance) {
    RMSprop optimizer(options);
    check_run(fixture, run, optimizer, tolerance);
  };
  check("rmsprop", {.learning_rate = 0.01}, 1e-6);
  check("rmsprop_default", {}, 1e-6);
  check("rmsprop_momentum", {.learning_rate = 0.01, .rho = 0.8, .momentum = 0.9}, 1e-6);
  check("rmsprop_centered", {.learning_rate = 0.01, .centered = true}, 1e-6);
  const optim::RMSpropOptions both{.learning_rate = 0.01, .momentum = 0.5, .epsilon = 1e-3, .centered = true};
  check("rmsprop_centered_momentum", both, 1e-6);
  check("rmsprop_centered_momentum_float64", both, 1e-13);
}

TEST_CASE("RMSprop: its options as Keras combines them with the shared ones") {
  const testing::Fixture fixture("optimizers_all");
  RMSprop decayed({.learning_rate = 0.1, .weight_decay = 0.25}), clipped({.learning_rate = 0.1, .clipnorm = 0.5});
  check_run(fixture, "rmsprop_weight_decay", decayed, 1e-6);
  check_run(fixture, "rmsprop_clipnorm", clipped, 1e-6);
}

TEST_CASE("RMSprop: what it refuses") {
  CHECK(message_of<ValueError>([] { RMSprop({.rho = 1.5}); }) ==
        "[RMSprop] rho is out of range; got 1.5; expected 0 … 1");
  CHECK(message_of<ValueError>([] { RMSprop({.momentum = -1}); }) ==
        "[RMSprop] momentum is out of range; got -1; expected 0 … 1");
  CHECK(message_of<ValueError>([] { RMSprop({.epsilon = -1e-7}); }) ==
        "[RMSprop] epsilon is out of range; got -1e-07; expected 0 or more");
}
