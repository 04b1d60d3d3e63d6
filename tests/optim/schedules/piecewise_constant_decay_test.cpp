#include <cornu/optim/schedules/piecewise_constant_decay.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::schedules::PiecewiseConstantDecay, testing::check_schedule, testing::message_of;

TEST_CASE("PiecewiseConstantDecay: as Keras; a boundary still has the value before it") {
  check_schedule("piecewise", PiecewiseConstantDecay({5, 20}, {1, 0.5, 0.1}));
  const PiecewiseConstantDecay schedule({5}, {1, 0.5});
  CHECK(schedule(5) == 1);
  CHECK(schedule(6) == 0.5);
}

TEST_CASE("PiecewiseConstantDecay: without boundaries one value") {
  CHECK(PiecewiseConstantDecay({}, {0.25})(7) == 0.25);
}

TEST_CASE("PiecewiseConstantDecay: what it refuses") {
  CHECK(message_of<ValueError>([] {
          PiecewiseConstantDecay({5, 20}, {1, 0.5});
        }) ==
        "[PiecewiseConstantDecay] boundaries and values do not fit together; got 2 boundaries and 2 values; expected "
        "one value more");
  CHECK(message_of<ValueError>([] {
          PiecewiseConstantDecay({20, 5}, {1, 0.5, 0.1});
        }) == "[PiecewiseConstantDecay] boundaries must ascend; got 20, 5");
  CHECK(message_of<ValueError>([] { PiecewiseConstantDecay({}, {-1}); }) ==
        "[PiecewiseConstantDecay] values is out of range; got -1; expected a number from 0 on");
}
