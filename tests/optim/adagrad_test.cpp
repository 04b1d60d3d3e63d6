#include <cornu/optim/adagrad.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::Adagrad, testing::check_run, testing::message_of;

TEST_CASE("Adagrad: 25 steps as Keras, with its options") {
  const testing::Fixture fixture("optimizers_all");
  const auto check = [&](const char* run, optim::AdagradOptions options, double tolerance,
                         std::optional<DType> dtype = {}) {
    Adagrad optimizer(options);
    check_run(fixture, run, optimizer, tolerance, dtype);
  };
  const optim::AdagradOptions all{.learning_rate = 0.1, .initial_accumulator_value = 1, .epsilon = 1e-3};
  check("adagrad", {.learning_rate = 0.1}, 1e-6);
  check("adagrad_accumulator", all, 1e-6);
  check("adagrad_accumulator_float64", all, 1e-13);
}

TEST_CASE("Adagrad: one step by hand") {
  const Variable w(Tensor({1.F, 1.F}), {.name = "w"});
  Adagrad optimizer({.learning_rate = 0.5, .initial_accumulator_value = 1, .epsilon = 0.75});
  optimizer.apply({{Tensor({1.5F, 0.F}), w}});  // a = 1 + 2.25, √(a + ε) = 2
  CHECK(w.peek().to_vector<float>() == std::vector<float>{0.625F, 1});
}

TEST_CASE("Adagrad: what it refuses") {
  CHECK(message_of<ValueError>([] { Adagrad({.initial_accumulator_value = -1}); }) ==
        "[Adagrad] initial_accumulator_value is out of range; got -1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { Adagrad({.epsilon = -1}); }) ==
        "[Adagrad] epsilon is out of range; got -1; expected a number from 0 on");
}
