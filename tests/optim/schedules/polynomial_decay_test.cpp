#include <cornu/optim/schedules/polynomial_decay.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::schedules::PolynomialDecay, testing::check_schedule, testing::message_of;

TEST_CASE("PolynomialDecay: as Keras, to its end and in cycles") {
  check_schedule("polynomial", PolynomialDecay(0.1, 20));
  check_schedule("polynomial_power", PolynomialDecay(0.1, 20, {.end_learning_rate = 0.01, .power = 2}));
  check_schedule("polynomial_cycle",
                 PolynomialDecay(0.1, 20, {.end_learning_rate = 0.01, .power = 0.5, .cycle = true}));
}

TEST_CASE("PolynomialDecay: what it refuses") {
  CHECK(message_of<ValueError>([] { PolynomialDecay(0.1, 0); }) ==
        "[PolynomialDecay] decay_steps is out of range; got 0; expected 1 or more");
  CHECK(message_of<ValueError>([] { PolynomialDecay(0.1, 10, {.end_learning_rate = -1}); }) ==
        "[PolynomialDecay] end_learning_rate is out of range; got -1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { PolynomialDecay(0.1, 10, {.power = -1}); }) ==
        "[PolynomialDecay] power is out of range; got -1; expected a number from 0 on");
}
