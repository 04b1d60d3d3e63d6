#include <cornu/framework/rule/learning_rate.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <cornu/optim/sgd.hpp>

#include "tests/support/throws.hpp"

using namespace cornu;
using optim::LearningRate, optim::SGD, testing::message_of;

namespace {

struct Halving final : optim::LearningRateSchedule {
  Halving() : LearningRateSchedule("Halving") {}
  double operator()(std::int64_t step) const override { return std::ldexp(1, -static_cast<int>(step)); }
};

// What w has become after so many updates of gradient 1.
float moved(SGD& optimizer, int updates) {
  const Variable w(Tensor({0.F}), {.name = "w"});
  for (int i = 0; i < updates; ++i) optimizer.apply({{Tensor({1.F}), w}});
  return -w.peek().item<float>();
}

}  // namespace

TEST_CASE("LearningRate: a number, a schedule, a shared schedule or a function") {
  CHECK(LearningRate(0.1).at(5) == static_cast<double>(0.1F));
  CHECK(LearningRate(1).at(5) == 1);
  CHECK(LearningRate(Halving()).at(3) == 0.125);
  CHECK(LearningRate(std::make_shared<Halving>()).at(3) == 0.125);
  CHECK(LearningRate([](std::int64_t step) { return 1. / static_cast<double>(step); }).at(4) == 0.25);
  CHECK_FALSE(LearningRate(0.1).is_scheduled());
  CHECK(LearningRate(Halving()).is_scheduled());
}

TEST_CASE("LearningRate: the first batch is step 0") {
  SGD by_schedule({.learning_rate = Halving()});
  SGD by_function({.learning_rate = [](std::int64_t step) { return static_cast<double>(step); }});
  CHECK(moved(by_schedule, 3) == 1.75F);  // 1 + 1/2 + 1/4
  CHECK(moved(by_function, 4) == 6);      // 0 + 1 + 2 + 3
  CHECK(by_schedule.learning_rate() == 0.125);
}

TEST_CASE("LearningRate: a schedule counts the batches of an accumulated gradient") {
  SGD optimizer({.learning_rate = Halving(), .gradient_accumulation_steps = 2});
  CHECK(moved(optimizer, 4) == 0.625F);  // batches 1 and 3: 1/2 + 1/8
}

TEST_CASE("LearningRate: a scheduled one is no variable of the optimizer") {
  SGD optimizer({.learning_rate = Halving(), .momentum = 0.5});
  moved(optimizer, 1);
  REQUIRE(optimizer.variables().size() == 2);
  CHECK(optimizer.variables()[1].name() == "w_momentum");
}

TEST_CASE("LearningRate: a schedule may follow a number or a schedule, a number no schedule") {
  SGD optimizer({.learning_rate = 4});
  CHECK(moved(optimizer, 2) == 8);
  optimizer.set_learning_rate(Halving());
  CHECK(moved(optimizer, 1) == 0.25F);
  CHECK(message_of<StateError>([&] { optimizer.set_learning_rate(0.5); }) ==
        "[SGD] the learning rate follows a schedule; got 0.5; expected a schedule; make the optimizer with a number to "
        "set it");
  optimizer.set_learning_rate([](std::int64_t) { return 2.; });
  CHECK(optimizer.learning_rate() == 2);
}

TEST_CASE("LearningRate: what is none changes nothing") {
  for (const double bad : {-0.5, std::nan(""), std::numeric_limits<double>::infinity(), 1e39})
    CHECK_THROWS_AS(LearningRate{bad}, ValueError);
  const Variable w(Tensor({1.F}), {.name = "w"});
  SGD optimizer({.learning_rate = [](std::int64_t step) { return step < 1 ? 0.5 : -1.; }, .use_ema = true});
  optimizer.apply({{Tensor({1.F}), w}});
  CHECK(message_of<ValueError>([&] {
          optimizer.apply({{Tensor({1.F}), w}});
        }) == "[LearningRate] schedule gives no learning rate at step 1; got -1; expected a finite number from 0 on");
  CHECK(w.peek().item<float>() == 0.5F);
  CHECK(optimizer.iterations() == 1);
}
