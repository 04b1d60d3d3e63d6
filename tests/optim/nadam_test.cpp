#include <cornu/optim/nadam.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::Nadam, testing::check_run, testing::message_of;

TEST_CASE("Nadam: 25 steps as Keras, with its options") {
  const testing::Fixture fixture("optimizers_all");
  const auto check = [&](const char* run, optim::NadamOptions options, double tolerance,
                         std::optional<DType> dtype = {}) {
    Nadam optimizer(options);
    check_run(fixture, run, optimizer, tolerance, dtype);
  };
  const optim::NadamOptions all{.learning_rate = 0.1, .beta_1 = 0.8, .beta_2 = 0.95, .epsilon = 1e-3};
  check("nadam", {.learning_rate = 0.1}, 4e-6);  // Keras takes 1 − β₂ in float32: velocity is off by 1.3e-5 of itself
  check("nadam_betas", all, 1e-6);
  check("nadam_betas_float64", all, 1e-13);
}

TEST_CASE(
    "Nadam: the product of its momenta is one variable, after all slots, and follows from the number of updates") {
  const Variable w(Tensor({1.F}), {.name = "w"}), b(Tensor({1.F}), {.name = "b"}), copy(Tensor({1.F}), {.name = "w"});
  const Tensor gradient({0.5F});
  Nadam optimizer({.learning_rate = 0.1}), restored({.learning_rate = 0.1});
  CHECK(optimizer.variables().size() == 2);
  for (int step = 0; step < 3; ++step) optimizer.apply({{gradient, w}, {gradient, b}});
  REQUIRE(optimizer.variables().size() == 7);
  CHECK(optimizer.variables()[6].name() == "u_product");
  // β₁(1 − ½·0.96) · β₁(1 − ½·0.96²) · β₁(1 − ½·0.96³)
  CHECK(optimizer.variables()[6].peek().item<double>() ==
        doctest::Approx(0.9 * 0.52 * 0.9 * 0.5392 * 0.9 * 0.557632).epsilon(1e-7));

  const Variable* const pointer = &copy;
  restored.build({&pointer, 1});
  Variable(copy).assign(w.value());
  restored.variables()[0].assign(optimizer.variables()[0].value());
  for (std::size_t i = 2; i < 4; ++i) restored.variables()[i].assign(optimizer.variables()[i].value());
  for (int step = 0; step < 2; ++step) {
    optimizer.apply({{gradient, w}});
    restored.apply({{gradient, copy}});
    CHECK(w.peek().item<float>() == copy.peek().item<float>());
  }
}

TEST_CASE("Nadam: what it refuses") {
  CHECK(message_of<ValueError>([] { Nadam({.beta_1 = 1}); }) ==
        "[Nadam] beta_1 is out of range; got 1; expected 0 or more, below 1");
  CHECK(message_of<ValueError>([] { Nadam({.beta_2 = -0.5}); }) ==
        "[Nadam] beta_2 is out of range; got -0.5; expected 0 or more, below 1");
  CHECK(message_of<ValueError>([] { Nadam({.epsilon = -1}); }) ==
        "[Nadam] epsilon is out of range; got -1; expected a number from 0 on");
}
