#include <cornu/optim/schedules/cosine_decay_restarts.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::schedules::CosineDecayRestarts, testing::check_schedule, testing::message_of;

TEST_CASE("CosineDecayRestarts: as Keras, with waves of growing, falling and equal size") {
  check_schedule("cosine_restarts", CosineDecayRestarts(0.1, 10));
  check_schedule("cosine_restarts_all", CosineDecayRestarts(0.1, 10, {.t_mul = 1.5, .m_mul = 0.8, .alpha = 0.1}));
  check_schedule("cosine_restarts_same", CosineDecayRestarts(0.1, 10, {.t_mul = 1}));
}

TEST_CASE("CosineDecayRestarts: every wave starts at its first step, however many there were") {
  for (const double t : {2., 3., 5.}) {
    const CosineDecayRestarts schedule(0.5, 10, {.t_mul = t});
    double start = 0, length = 10;
    for (int wave = 0; wave < 12; ++wave, start += length, length *= t) {
      CAPTURE(start);
      CHECK(schedule(static_cast<std::int64_t>(start)) == 0.5);
      CHECK(schedule(static_cast<std::int64_t>(start + length) - 1) < 0.02);
    }
  }
}

TEST_CASE("CosineDecayRestarts: what it refuses") {
  CHECK(message_of<ValueError>([] { CosineDecayRestarts(0.1, 0); }) ==
        "[CosineDecayRestarts] first_decay_steps is out of range; got 0; expected 1 or more");
  CHECK(message_of<ValueError>([] { CosineDecayRestarts(0.1, 10, {.t_mul = 0.5}); }) ==
        "[CosineDecayRestarts] t_mul is out of range; got 0.5; expected 1 or more");
  CHECK(message_of<ValueError>([] { CosineDecayRestarts(0.1, 10, {.m_mul = -1}); }) ==
        "[CosineDecayRestarts] m_mul is out of range; got -1; expected a number from 0 on");
}
