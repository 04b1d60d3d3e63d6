#pragma once
#include <memory>

#include <cornu/framework/model/sequential.hpp>
#include <cornu/layers/embedding/embedding.hpp>

#include "tests/failing_allocations/trial.hpp"

namespace cornu::testing {

struct SmallOptions {
  Handle<constraints::Constraint> table_constraint = {}, kernel_constraint = {};
  std::optional<double> max_norm = {};
  bool compiled = true;
};

/// A model that reads a few rows of a table in each batch, so that rows wait.
class SmallTraining {
 public:
  static constexpr std::int64_t words = 60;

  explicit SmallTraining(Handle<optim::Optimizer> optimizer = "adam", const SmallOptions& options = {});

  /// Batch `i` of 8 samples, or more: five ids each, and a target.
  static Tensor x(int i, std::int64_t samples = 8);
  static Tensor y(int i, std::int64_t samples = 8);

  void train(int first, int last) {
    for (int i = first; i < last; ++i) model.train_on_batch(x(i), y(i));
  }

  /// Weights, and all that the optimizer remembers.
  State state();
  /// What would show a row that has lost an update: a larger batch, freezing, another vocabulary, new weights.
  State rest();

  std::shared_ptr<layers::Embedding> table;
  Sequential model;
};

}  // namespace cornu::testing
