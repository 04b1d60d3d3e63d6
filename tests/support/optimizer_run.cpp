#include "tests/support/optimizer_run.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include <cornu/framework/ops/ops.hpp>

namespace cornu::testing {

namespace {

double largest_difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape() == b.shape());
  const std::vector<double> x = a.astype(float64).to_vector<double>(), y = b.astype(float64).to_vector<double>();
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) largest = std::max(largest, std::abs(x[i] - y[i]));
  return largest;
}

Tensor step_of(const Tensor& gradients, int step) { return ops::select(gradients, 0, step); }

}  // namespace

void check_run(const Fixture& fixture, const std::string& run, optim::Optimizer& optimizer, double tolerance,
               std::optional<DType> given) {
  const DType dtype = given.value_or(run.ends_with("_float64") ? float64 : float32);
  const auto input = [&](const char* name) { return fixture.tensor(std::string("inputs/") + name).astype(dtype); };
  const Variable kernel(input("kernel"), {.name = "kernel"}), bias(input("bias"), {.name = "bias"});
  const Tensor kernel_gradients = input("kernel_gradients"), bias_gradients = input("bias_gradients");

  int compared = 0;
  const auto compare = [&](const std::string& record, const Variable& variable) {
    if (!fixture.has(record)) return;
    CAPTURE(record);
    CHECK(largest_difference(variable.peek(), fixture.tensor(record)) <= tolerance);
    ++compared;
  };
  for (int step = 1; step <= 25; ++step) {
    optimizer.apply({{step_of(kernel_gradients, step - 1), kernel}, {step_of(bias_gradients, step - 1), bias}});
    for (const Variable& variable : {kernel, bias}) {
      const std::string record = fmt::format("{}/{}/{}", run, step, variable.name());
      compare(record, variable);
      for (const Variable& slot : optimizer.variables())
        if (slot.name().starts_with(variable.name() + "_"))
          compare(fmt::format("{}/{}", record, slot.name().substr(variable.name().size() + 1)), slot);
    }
  }
  optimizer.finalize_variable_values();
  for (const Variable& variable : {kernel, bias}) compare(fmt::format("{}/final/{}", run, variable.name()), variable);
  CHECK(compared == static_cast<int>(fixture.names(run + "/").size()));
}

void check_schedule(const std::string& name, const optim::LearningRate& learning_rate, double scale) {
  const Fixture fixture("optimizers_all");
  const auto steps = fixture.tensor("schedules/steps").to_vector<std::int32_t>();
  const auto expected = fixture.tensor("schedules/" + name).to_vector<float>();
  REQUIRE(steps.size() == expected.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    CAPTURE(steps[i]);
    CAPTURE(learning_rate.at(steps[i]));
    CHECK(std::abs(learning_rate.at(steps[i]) - static_cast<double>(expected[i])) <= 1.2e-7 * scale);
  }
}

}  // namespace cornu::testing
