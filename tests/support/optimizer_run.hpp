#pragma once
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/optimizer/optimizer.hpp>

#include "tests/support/fixture.hpp"

namespace cornu::testing {

/// Runs an optimizer on the gradients of tests/fixtures/optimizers.txt, or another file of optimizer_runs.py, and
/// compares kernel, bias and slots with the records of `run` after 1, 2, 5 and 25 steps: the largest difference must be
/// at most `tolerance`. The variables are float64 when the name ends in _float64, or of the dtype given.
void check_run(const Fixture& fixture, const std::string& run, optim::Optimizer& optimizer, double tolerance,
               std::optional<DType> dtype = {});

/// Compares a learning rate with the record schedules/<name> of optimizers_all.txt, at each of its steps: the largest
/// difference must be at most one unit in the last place of float32, relative to `scale`.
void check_schedule(const std::string& name, const optim::LearningRate& learning_rate, double scale = 0.1);

}  // namespace cornu::testing
