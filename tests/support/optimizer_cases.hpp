#pragma once
#include <functional>
#include <string>
#include <vector>

#include <cornu/framework/optimizer.hpp>

namespace cornu::testing {

/// An optimizer with options, and how it is to treat the rows of a table that a batch does not touch.
struct OptimizerCase {
  std::string name;
  std::function<Handle<optim::Optimizer>()> make;
  optim::RowPath path;
  bool is_basic = true;  ///< one of a kind: for long runs
};

/// Every optimizer, with every option that changes what rows without a gradient do.
const std::vector<OptimizerCase>& optimizer_cases();

}  // namespace cornu::testing
