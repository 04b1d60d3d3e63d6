#include <cornu/optim/schedules/inverse_time_decay.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::schedules::InverseTimeDecay, testing::check_schedule, testing::message_of;

TEST_CASE("InverseTimeDecay: as Keras, smooth and as a staircase") {
  check_schedule("inverse_time", InverseTimeDecay(0.1, 10, 0.5));
  check_schedule("inverse_time_staircase", InverseTimeDecay(0.1, 10, 0.5, {.staircase = true}));
}

TEST_CASE("InverseTimeDecay: what it refuses") {
  CHECK(message_of<ValueError>([] { InverseTimeDecay(0.1, -10, 0.5); }) ==
        "[InverseTimeDecay] decay_steps is out of range; got -10; expected 1 or more");
  CHECK(message_of<ValueError>([] { InverseTimeDecay(0.1, 10, -1); }) ==
        "[InverseTimeDecay] decay_rate is out of range; got -1; expected a number from 0 on");
}
