#include <cornu/optim/adamw.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::AdamW, testing::check_run, testing::message_of;

// Keras computes 1 − β^t in float32; see adam_test.cpp.
constexpr double keras_bias_correction = 7e-6;

TEST_CASE("AdamW: 25 steps as Keras, with its options and variables without decay") {
  const testing::Fixture fixture("optimizers_all");
  const auto check = [&](const char* run, optim::AdamWOptions options, double tolerance,
                         std::optional<DType> dtype = {}) {
    AdamW optimizer(options);
    check_run(fixture, run, optimizer, tolerance, dtype);
  };
  const optim::AdamWOptions all{
      .learning_rate = 0.1, .weight_decay = 0.1, .beta_1 = 0.8, .beta_2 = 0.95, .epsilon = 1e-3, .amsgrad = true};
  check("adamw", {.learning_rate = 0.1}, keras_bias_correction);
  check("adamw_decay", {.learning_rate = 0.1, .weight_decay = 0.5}, keras_bias_correction);
  check("adamw_amsgrad", all, 1e-6);
  check("adamw_amsgrad_float64", all, 1e-13);
  check("adamw_amsgrad_float64", all, 2e-6, float32);
  AdamW without_bias({.learning_rate = 0.1, .weight_decay = 0.5});
  without_bias.exclude_from_weight_decay({}, {"bias"});
  check_run(fixture, "adamw_decay_excluded", without_bias, keras_bias_correction);
}

TEST_CASE("AdamW: it is Adam but for its decay") {
  const AdamW adamw;
  CHECK(adamw.options().weight_decay == 0.004);
  CHECK(adamw.class_name() == "AdamW");
  CHECK(adamw.name() == "adam_w");
}

TEST_CASE("AdamW: what it refuses") {
  CHECK(message_of<ValueError>([] { AdamW({.beta_1 = 1}); }) ==
        "[AdamW] beta_1 is out of range; got 1; expected 0 or more, below 1");
  CHECK(message_of<ValueError>([] { AdamW({.weight_decay = -1}); }) ==
        "[AdamW] weight_decay is out of range; got -1; expected a number from 0 on");
}
