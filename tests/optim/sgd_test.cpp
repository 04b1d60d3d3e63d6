#include <cornu/optim/sgd.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::SGD, testing::check_run, testing::message_of;

TEST_CASE("SGD: 25 steps as Keras, plain, with momentum and with Nesterov's") {
  const testing::Fixture fixture("optimizers");
  const auto check = [&](const char* run, optim::SGDOptions options, double tolerance) {
    SGD optimizer(options);
    check_run(fixture, run, optimizer, tolerance);
  };
  check("sgd", {.learning_rate = 0.1}, 1e-6);
  check("sgd_default", {}, 1e-6);
  check("sgd_momentum", {.learning_rate = 0.1, .momentum = 0.9}, 4e-6);
  check("sgd_nesterov", {.learning_rate = 0.1, .momentum = 0.9, .nesterov = true}, 4e-6);
  check("sgd_nesterov_float64", {.learning_rate = 0.1, .momentum = 0.9, .nesterov = true}, 1e-13);
}

TEST_CASE("SGD: one step by hand, with what it remembers") {
  const Variable w(Tensor({1.F, 2.F}), {.name = "w"});
  SGD optimizer({.learning_rate = 0.5, .momentum = 0.5});
  optimizer.apply({{Tensor({1.F, -2.F}), w}});  // v = -0.5·g
  CHECK(w.value().to_vector<float>() == std::vector<float>{0.5F, 3.F});
}

TEST_CASE("SGD: momentum must lie in 0 … 1") {
  CHECK(message_of<ValueError>([] { SGD({.momentum = 1.25}); }) ==
        "[SGD] momentum is out of range; got 1.25; expected 0 … 1");
}
