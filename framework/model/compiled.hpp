#pragma once
// Internal: what compile() leaves in a model.
#include <cstddef>
#include <string>
#include <vector>

#include <cornu/framework/model/model.hpp>

namespace cornu::detail {

struct Compiled {
  using Metrics = std::vector<Handle<metrics::Metric>>;

  /// What one output is trained and measured with.
  struct Output {
    std::string name;           // empty for the only one
    Handle<losses::Loss> loss;  // or none
    double loss_weight = 1;
    Metrics metrics = {}, weighted_metrics = {};
    std::vector<std::string> names = {};  // of all metrics, as the figures are called
  };

  /// What was given by the outputs' names, and is so in files.
  struct ByName {
    bool loss = false, loss_weights = false, metrics = false, weighted_metrics = false;
  };

  /// Throws ValueError for another number of losses, weights or metrics than of outputs, for names that there are not,
  /// without any loss, for a metric that has the name of a loss's figure, and for one object in two places.
  Compiled(const CompileOptions& options, const std::vector<std::string>& output_names);

  /// How many outputs have a loss.
  std::size_t losses() const;

  Handle<optim::Optimizer> optimizer;
  std::vector<Output> outputs;
  std::vector<std::string> output_names;  // also of the only one
  ByName by_name;
  bool has_said_nan = false;      // that the loss is no number
  bool has_checked_step = false;  // that its first step trains what it should
  /// loss, loss_weights, metrics and weighted_metrics as the file has them that the model was read from, to be written
  /// again as they are: one for all outputs, a list, or by names. Without members after a compile().
  Config in_file = Config::object();
};

}  // namespace cornu::detail
