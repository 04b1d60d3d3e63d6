#include <cornu/optim/nadam.hpp>

#include <doctest/doctest.h>

#include <limits>

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

TEST_CASE("Nadam: an update costs the same whatever its number, and the momentum has grown to the end") {
  for (const double beta_1 : {0., 0.9, 0.999999999999}) {
    const optim::NadamMomentum momentum(beta_1);
    double product = 1;
    for (std::int64_t number = 1; number <= 2000; ++number) product *= momentum.at(number);
    CHECK(momentum.product_until(2000) == doctest::Approx(product).epsilon(1e-12));
    CHECK(momentum.product_until(0) == 1);
    for (const std::int64_t number : {std::int64_t{1'000'000'000}, std::int64_t{1} << 60})
      CHECK(momentum.product_until(number) < 1);
  }
  const Variable w(Tensor({1.F}), {.name = "w"}), table(Tensor::ones({100, 2}), {.name = "table"});
  Nadam optimizer({.learning_rate = 0.1});
  const Variable* const variables[] = {&w, &table};
  optimizer.build(variables);
  optimizer.variables()[0].assign(Tensor(std::int64_t{1'000'000'000}));
  for (int step = 0; step < 3; ++step)
    optimizer.apply({{Tensor({0.5F}), w}, {Rows::sum_by_id(Tensor({step}), Tensor({{1.F, 1.F}}), {100, 2}), table}});
  CHECK(optimizer.variables().back().peek().item<float>() == 0);
  for (const std::int64_t iteration : {std::int64_t{-1}, std::numeric_limits<std::int64_t>::max()}) {
    optimizer.variables()[0].assign(Tensor(iteration));
    CHECK_THROWS_AS(optimizer.apply({{Tensor({0.5F}), w}}), StateError);
  }
  CHECK(w.peek().item<float>() < 1);
  CHECK(table.peek().at<float>(0, 0) < 1);
}

TEST_CASE("Nadam: what it refuses") {
  CHECK(message_of<ValueError>([] { Nadam({.beta_1 = 1}); }) ==
        "[Nadam] beta_1 is out of range; got 1; expected 0 or more, below 1");
  CHECK(message_of<ValueError>([] { Nadam({.beta_2 = -0.5}); }) ==
        "[Nadam] beta_2 is out of range; got -0.5; expected 0 or more, below 1");
  CHECK(message_of<ValueError>([] { Nadam({.epsilon = -1}); }) ==
        "[Nadam] epsilon is out of range; got -1; expected a number from 0 on");
}
