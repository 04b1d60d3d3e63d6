#pragma once
// Internal: what compile() leaves in a model.
#include <vector>

#include <cornu/framework/model.hpp>

namespace cornu::detail {

struct Compiled {
  explicit Compiled(CompileOptions options)
      : optimizer(std::move(options.optimizer)),
        loss(std::move(options.loss)),
        metrics(std::move(options.metrics)),
        weighted_metrics(std::move(options.weighted_metrics)) {}

  Handle<optim::Optimizer> optimizer;
  Handle<losses::Loss> loss;
  std::vector<Handle<metrics::Metric>> metrics;
  std::vector<Handle<metrics::Metric>> weighted_metrics;
};

}  // namespace cornu::detail
