#include <cornu/optim/schedules/cosine_decay.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::schedules::CosineDecay, testing::check_schedule, testing::message_of;

TEST_CASE("CosineDecay: as Keras, down to 0, to alpha, and after a warm-up") {
  check_schedule("cosine", CosineDecay(0.1, 20));
  check_schedule("cosine_alpha", CosineDecay(0.1, 20, {.alpha = 0.1}));
  check_schedule("cosine_warmup", CosineDecay(0.01, 20, {.alpha = 0.1, .warmup_target = 0.1, .warmup_steps = 10}));
}

TEST_CASE("CosineDecay: warm-up steps without a target count for nothing") {
  check_schedule("cosine", CosineDecay(0.1, 20, {.warmup_steps = 10}));
}

TEST_CASE("CosineDecay: what it refuses") {
  CHECK(message_of<ValueError>([] { CosineDecay(0.1, 0); }) ==
        "[CosineDecay] decay_steps is out of range; got 0; expected 1 or more");
  CHECK(message_of<ValueError>([] { CosineDecay(0.1, 10, {.alpha = -1}); }) ==
        "[CosineDecay] alpha is out of range; got -1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { CosineDecay(0.1, 10, {.warmup_target = 1, .warmup_steps = -1}); }) ==
        "[CosineDecay] warmup_steps is out of range; got -1; expected a number from 0 on");
}
