#include <cornu/optim/adamax.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::Adamax, testing::check_run, testing::message_of;

TEST_CASE("Adamax: 25 steps as Keras, with its options") {
  const testing::Fixture fixture("optimizers_all");
  const auto check = [&](const char* run, optim::AdamaxOptions options, double tolerance,
                         std::optional<DType> dtype = {}) {
    Adamax optimizer(options);
    check_run(fixture, run, optimizer, tolerance, dtype);
  };
  const optim::AdamaxOptions all{.learning_rate = 0.1, .beta_1 = 0.8, .beta_2 = 0.9, .epsilon = 1e-3};
  check("adamax", {.learning_rate = 0.1}, 1e-6);
  check("adamax_betas", all, 1e-6);
  check("adamax_betas_float64", all, 1e-13);
}

TEST_CASE("Adamax: what it refuses") {
  CHECK(message_of<ValueError>([] { Adamax({.beta_1 = 1}); }) ==
        "[Adamax] beta_1 is out of range; got 1; expected 0 or more, below 1");
  CHECK(message_of<ValueError>([] { Adamax({.beta_2 = -0.5}); }) ==
        "[Adamax] beta_2 is out of range; got -0.5; expected 0 or more, below 1");
  CHECK(message_of<ValueError>([] { Adamax({.epsilon = -1}); }) ==
        "[Adamax] epsilon is out of range; got -1; expected a number from 0 on");
}
