#include <cornu/optim/adadelta.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::Adadelta, testing::check_run, testing::message_of;

TEST_CASE("Adadelta: 25 steps as Keras, with its options") {
  const testing::Fixture fixture("optimizers_all");
  const auto check = [&](const char* run, optim::AdadeltaOptions options, double tolerance,
                         std::optional<DType> dtype = {}) {
    Adadelta optimizer(options);
    check_run(fixture, run, optimizer, tolerance, dtype);
  };
  const optim::AdadeltaOptions all{.learning_rate = 1, .rho = 0.8, .epsilon = 1e-3};
  check("adadelta", {.learning_rate = 1}, 1e-6);
  check("adadelta_rho", all, 1e-6);
  check("adadelta_rho_float64", all, 1e-13);
}

TEST_CASE("Adadelta: what it refuses") {
  CHECK(message_of<ValueError>([] { Adadelta({.rho = 1.5}); }) ==
        "[Adadelta] rho is out of range; got 1.5; expected 0 … 1");
  CHECK(message_of<ValueError>([] { Adadelta({.epsilon = -1}); }) ==
        "[Adadelta] epsilon is out of range; got -1; expected a number from 0 on");
}
