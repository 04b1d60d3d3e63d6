#include <cornu/optim/ftrl.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::Ftrl, testing::check_run, testing::message_of;

TEST_CASE("Ftrl: 25 steps as Keras, with its options") {
  const testing::Fixture fixture("optimizers_all");
  const auto check = [&](const char* run, optim::FtrlOptions options, double tolerance,
                         std::optional<DType> dtype = {}) {
    Ftrl optimizer(options);
    check_run(fixture, run, optimizer, tolerance, dtype);
  };
  const optim::FtrlOptions all{.learning_rate = 0.1,
                               .learning_rate_power = -0.7,
                               .initial_accumulator_value = 0.5,
                               .l1_regularization_strength = 0.3,
                               .l2_regularization_strength = 0.2,
                               .l2_shrinkage_regularization_strength = 0.1,
                               .beta = 0.4};
  check("ftrl", {.learning_rate = 0.1}, 8e-6);  // z grows to 30 and more
  check("ftrl_float64", {.learning_rate = 0.1}, 1e-13);
  check("ftrl_all", all, 4e-6);
  check("ftrl_all_float64", all, 1e-13);
}

TEST_CASE("Ftrl: a weight without gradients becomes 0, and at learning rate 0 nothing happens") {
  const Variable w(Tensor({1.F, 2.F}), {.name = "w"});
  Ftrl optimizer({.learning_rate = [](std::int64_t step) { return step == 0 ? 0. : 0.1; }});
  optimizer.apply({{Tensor({1.F, 0.F}), w}});
  CHECK(w.peek().to_vector<float>() == std::vector<float>{1, 2});
  CHECK(optimizer.variables()[1].peek().to_vector<float>() == std::vector<float>{0.1F, 0.1F});
  optimizer.apply({{Tensor({1.F, 0.F}), w}});
  CHECK(w.peek().at<float>(0) != 0);
  CHECK(w.peek().at<float>(1) == 0);
}

TEST_CASE("Ftrl: what it refuses") {
  CHECK(message_of<ValueError>([] { Ftrl({.learning_rate_power = 0.5}); }) ==
        "[Ftrl] learning_rate_power is out of range; got 0.5; expected 0 or less");
  CHECK(message_of<ValueError>([] { Ftrl({.initial_accumulator_value = -1}); }) ==
        "[Ftrl] initial_accumulator_value is out of range; got -1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { Ftrl({.l1_regularization_strength = -1}); }) ==
        "[Ftrl] l1_regularization_strength is out of range; got -1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { Ftrl({.l2_regularization_strength = -1}); }) ==
        "[Ftrl] l2_regularization_strength is out of range; got -1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { Ftrl({.l2_shrinkage_regularization_strength = -1}); }) ==
        "[Ftrl] l2_shrinkage_regularization_strength is out of range; got -1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { Ftrl({.beta = -1}); }) ==
        "[Ftrl] beta is out of range; got -1; expected a number from 0 on");
}
