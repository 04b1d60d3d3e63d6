#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/optimizer/optimizer.hpp>

namespace cornu::testing {

/// An optimizer with options, and how it is to treat the rows of a table that a batch does not touch.
struct OptimizerCase {
  std::string name;
  std::function<Handle<optim::Optimizer>()> make;
  std::optional<optim::RowPath> path;
  bool is_basic = true;  ///< one of a kind: for long runs
};

/// Every optimizer, with every option that changes what rows without a gradient do.
const std::vector<OptimizerCase>& optimizer_cases();

/// Every optimizer with options drawn at random: a schedule, a way of clipping, weight decay, an average, accumulation.
std::vector<OptimizerCase> random_optimizer_cases(std::uint32_t seed);

}  // namespace cornu::testing
