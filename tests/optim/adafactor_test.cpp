#include <cornu/optim/adafactor.hpp>

#include <doctest/doctest.h>

#include <cornu/framework/ops/ops.hpp>

#include "tests/support/optimizer_run.hpp"
#include "tests/support/throws.hpp"

using namespace cornu;
using optim::Adafactor, testing::check_run, testing::message_of;

TEST_CASE("Adafactor: 25 steps as Keras, with its options") {
  const testing::Fixture fixture("optimizers_all");
  const auto check = [&](const char* run, optim::AdafactorOptions options, double tolerance,
                         std::optional<DType> dtype = {}) {
    Adafactor optimizer(options);
    check_run(fixture, run, optimizer, tolerance, dtype);
  };
  const optim::AdafactorOptions all{.learning_rate = 0.5,
                                    .beta_2_decay = -0.6,
                                    .epsilon_1 = 1e-3,
                                    .epsilon_2 = 2,
                                    .clip_threshold = 0.7,
                                    .weight_decay = 0.1};
  check("adafactor", {.learning_rate = 0.1}, 1e-6);
  check("adafactor_float64", {.learning_rate = 0.1}, 1e-13);
  check("adafactor_absolute", {.learning_rate = 0.1, .clip_threshold = 0.5, .relative_step = false}, 1e-6);
  check("adafactor_all", all, 1e-6);
  check("adafactor_all_float64", all, 1e-13);
}

TEST_CASE("Adafactor: three axes are matrices one after the other, as in Keras") {
  const testing::Fixture fixture("optimizers_all");
  const Variable cube(fixture.tensor("cube/inputs/cube"), {.name = "cube"});
  Adafactor optimizer({.learning_rate = 0.1});
  const auto compare = [&](const std::string& record, const Variable& variable) {
    CAPTURE(record);
    CHECK(ops::max(ops::abs(variable.peek() - fixture.tensor(record))).item<double>() <= 1e-6);
  };
  for (int step = 1; step <= 3; ++step) {
    optimizer.apply({{ops::select(fixture.tensor("cube/inputs/gradients"), 0, step - 1), cube}});
    if (step == 2) continue;
    compare(fmt::format("cube/{}/cube", step), cube);
    for (std::size_t slot = 2; slot < 5; ++slot)
      compare(fmt::format("cube/{}/cube/{}", step, optimizer.variables()[slot].name().substr(5)),
              optimizer.variables()[slot]);
  }
}

TEST_CASE("Adafactor: slots are row, column and velocity; those of a vector are placeholders, as in Keras files") {
  const Variable cube(Tensor::ones({2, 3, 4}), {.name = "cube"}), bias(Tensor::ones({3}), {.name = "bias"});
  const Variable* const both[] = {&cube, &bias};
  Adafactor optimizer;
  optimizer.build(both);
  std::vector<std::string> slots;
  for (const Variable& each : optimizer.variables())
    slots.push_back(fmt::format("{} {} {}", each.name(), name_of(each.dtype()), each.shape()));
  CHECK(slots == std::vector<std::string>{"iteration int64 ()", "learning_rate float32 ()", "cube_row float32 (2, 3)",
                                          "cube_column float32 (2, 4)", "cube_velocity float32 (2, 3, 4)",
                                          "bias_row int32 ()", "bias_column int32 ()", "bias_velocity float32 (3,)"});
}

TEST_CASE("Adafactor: rows and columns without gradients stay, also where their product is below the smallest number") {
  for (const double epsilon : {1e-30, 0.}) {
    const Variable w(Tensor({{1.F, 1.F}, {1.F, 1.F}}), {.name = "w"}), v(Tensor({1.F, 1.F}), {.name = "v"});
    const Variable none(Tensor::zeros({0, 3}), {.name = "none"});
    Adafactor optimizer({.learning_rate = 0.1, .epsilon_1 = epsilon});
    for (int step = 0; step < 3; ++step)
      optimizer.apply({{Tensor({{1.F, 0.F}, {0.F, 0.F}}), w}, {Tensor({1.F, 0.F}), v}, {Tensor::zeros({0, 3}), none}});
    CHECK(w.peek().at<float>(0, 0) < 1);
    CHECK(w.peek().at<float>(0, 1) == 1);
    CHECK(w.peek().at<float>(1, 0) == 1);
    CHECK(w.peek().at<float>(1, 1) == 1);
    CHECK(v.peek().at<float>(0) < 1);
    CHECK(v.peek().at<float>(1) == 1);
  }
}

TEST_CASE("Adafactor: what it refuses") {
  CHECK(message_of<ValueError>([] { Adafactor({.beta_2_decay = 0.5}); }) ==
        "[Adafactor] beta_2_decay is out of range; got 0.5; expected 0 or less");
  CHECK(message_of<ValueError>([] { Adafactor({.epsilon_1 = -1}); }) ==
        "[Adafactor] epsilon_1 is out of range; got -1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { Adafactor({.epsilon_2 = -1}); }) ==
        "[Adafactor] epsilon_2 is out of range; got -1; expected a number from 0 on");
  CHECK(message_of<ValueError>([] { Adafactor({.clip_threshold = 0}); }) ==
        "[Adafactor] clip_threshold is out of range; got 0; expected a positive number");
}
