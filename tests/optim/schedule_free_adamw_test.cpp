#include <cornu/optim/schedule_free_adamw.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::ScheduleFreeAdamW, testing::check_run, testing::message_of;

// Keras takes 1 − β₂ in float32: velocity is off by 1.3e-5 of itself.
constexpr double keras_one_minus_beta = 4e-6;

TEST_CASE("ScheduleFreeAdamW: 25 steps as Keras, with its options") {
  const testing::Fixture fixture("optimizers_all");
  const auto check = [&](const char* run, optim::ScheduleFreeAdamWOptions options, double tolerance,
                         std::optional<DType> dtype = {}) {
    ScheduleFreeAdamW optimizer(options);
    check_run(fixture, run, optimizer, tolerance, dtype);
  };
  const optim::ScheduleFreeAdamWOptions warmup{.learning_rate = 0.1, .warmup_steps = 10, .weight_decay = 0.1};
  const optim::ScheduleFreeAdamWOptions betas{.learning_rate = 0.1, .beta_1 = 0.6, .beta_2 = 0.9, .epsilon = 1e-3};
  check("schedule_free_adamw", {.learning_rate = 0.1}, keras_one_minus_beta);
  check("schedule_free_adamw_warmup", warmup, keras_one_minus_beta);
  check("schedule_free_adamw_warmup_float64", warmup, 1e-13);
  check("schedule_free_adamw_betas", betas, 1e-6);
  check("schedule_free_adamw_betas_float64", betas, 1e-13);
}

TEST_CASE("ScheduleFreeAdamW: its momentum starts as the weights, as they are when it gets its slots") {
  const Variable w(Tensor({1.F, 2.F}), {.name = "w"});
  const Variable* const pointer = &w;
  ScheduleFreeAdamW optimizer;
  optimizer.build({&pointer, 1});
  CHECK(optimizer.variables()[2].name() == "w_momentum");
  CHECK(optimizer.variables()[2].peek().to_vector<float>() == std::vector<float>{1, 2});
  optimizer.apply({{Tensor({1.F, 0.F}), w}});
  CHECK(w.peek().at<float>(0) < 1);
  CHECK(w.peek().at<float>(1) == 2);
}

TEST_CASE("ScheduleFreeAdamW: without a gradient update t takes a weight 1/t of the way to its momentum") {
  const Variable w(Tensor({4.F, -4.F}), {.name = "w"});
  const Variable* const pointer = &w;
  ScheduleFreeAdamW optimizer;
  optimizer.build({&pointer, 1});
  Variable(w).assign(Tensor({8.F, -8.F}));
  optimizer.variables()[0].assign(Tensor(std::int64_t{3}));
  optimizer.apply({{Tensor({0.F, 0.F}), w}});
  CHECK(w.peek().to_vector<float>() == std::vector<float>{7, -7});
}

TEST_CASE("ScheduleFreeAdamW: what it refuses") {
  CHECK(message_of<ValueError>([] { ScheduleFreeAdamW({.beta_1 = 1.5}); }) ==
        "[ScheduleFreeAdamW] beta_1 is out of range; got 1.5; expected 0 … 1");
  CHECK(message_of<ValueError>([] { ScheduleFreeAdamW({.beta_2 = 1}); }) ==
        "[ScheduleFreeAdamW] beta_2 is out of range; got 1; expected 0 or more, below 1");
  CHECK(message_of<ValueError>([] { ScheduleFreeAdamW({.epsilon = -1}); }) ==
        "[ScheduleFreeAdamW] epsilon is out of range; got -1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { ScheduleFreeAdamW({.warmup_steps = -1}); }) ==
        "[ScheduleFreeAdamW] warmup_steps is out of range; got -1; expected a number from 0 on");
}
