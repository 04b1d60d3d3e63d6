#include <cornu/optim/schedules/exponential_decay.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::schedules::ExponentialDecay, testing::check_schedule, testing::message_of;

TEST_CASE("ExponentialDecay: as Keras, smooth and as a staircase") {
  check_schedule("exponential", ExponentialDecay(0.1, 10, 0.5));
  check_schedule("exponential_staircase", ExponentialDecay(0.1, 10, 0.5, {.staircase = true}));
}

TEST_CASE("ExponentialDecay: what it refuses") {
  CHECK(message_of<ValueError>([] { ExponentialDecay(-0.1, 10, 0.5); }) ==
        "[ExponentialDecay] initial_learning_rate is out of range; got -0.1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { ExponentialDecay(0.1, 0, 0.5); }) ==
        "[ExponentialDecay] decay_steps is out of range; got 0; expected 1 or more");
  CHECK(message_of<ValueError>([] { ExponentialDecay(0.1, 10, -1); }) ==
        "[ExponentialDecay] decay_rate is out of range; got -1; expected a number from 0 on");
}
