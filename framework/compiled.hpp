#pragma once
// Internal: what compile() leaves in a model.
#include <string>
#include <vector>

#include <cornu/framework/model.hpp>

namespace cornu::detail {

struct Compiled {
  explicit Compiled(CompileOptions options);

  Handle<optim::Optimizer> optimizer;
  Handle<losses::Loss> loss;
  std::vector<Handle<metrics::Metric>> metrics;
  std::vector<Handle<metrics::Metric>> weighted_metrics;
  std::vector<std::string> names;  // of all metrics: a weighted one that is also among the others has "weighted_"
};

}  // namespace cornu::detail
