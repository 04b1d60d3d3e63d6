#include <cornu/optim/lion.hpp>

#include <doctest/doctest.h>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::Lion, testing::check_run, testing::message_of;

TEST_CASE("Lion: 25 steps as Keras, with its options") {
  const testing::Fixture fixture("optimizers_all");
  const auto check = [&](const char* run, optim::LionOptions options, double tolerance,
                         std::optional<DType> dtype = {}) {
    Lion optimizer(options);
    check_run(fixture, run, optimizer, tolerance, dtype);
  };
  const optim::LionOptions all{.learning_rate = 0.1, .beta_1 = 0.7, .beta_2 = 0.9, .weight_decay = 0.1};
  check("lion", {.learning_rate = 0.1}, 1e-6);
  check("lion_betas", all, 1e-6);
  check("lion_betas_float64", all, 1e-13);
}

TEST_CASE("Lion: however long no gradient comes, the step keeps the sign of the last ones") {
  const Variable w(Tensor({0.F, 0.F, 0.F}), {.name = "w"});
  Lion optimizer({.learning_rate = 0.125, .beta_2 = 0.5});
  optimizer.apply({{Tensor({3.F, -1e-20F, 0.F}), w}});
  const Tensor zero = Tensor::zeros({3});
  for (int step = 1; step < 1000; ++step) optimizer.apply({{zero, w}});
  CHECK(w.peek().to_vector<float>() == std::vector<float>{-125, 125, 0});
  const auto momentum = optimizer.variables()[2].peek().to_vector<float>();
  CHECK(momentum[0] > 0);
  CHECK(momentum[1] < 0);
  CHECK(momentum[2] == 0);
}

TEST_CASE("Lion: what it refuses") {
  CHECK(message_of<ValueError>([] { Lion({.beta_1 = 0}); }) ==
        "[Lion] beta_1 is out of range; got 0; expected above 0, at most 1");
  CHECK(message_of<ValueError>([] { Lion({.beta_2 = 1.5}); }) ==
        "[Lion] beta_2 is out of range; got 1.5; expected 0 … 1");
}
