#pragma once
// Internal: which metrics an output has.
#include <string>
#include <vector>

#include <cornu/framework/model/compile_options.hpp>

namespace cornu::detail {

struct MetricsByOutput {
  std::vector<std::vector<Handle<metrics::Metric>>> of;  ///< one each an output
  bool by_name = false;                                  ///< whether the outputs were named
};

/// Of one output all items are its metrics; of several there is an item each, or `{"output", {…}}` for those that have
/// any. `what` is "metrics" or "weighted metrics". Throws ValueError for another number of items than of outputs, for
/// the name of no metric or output, and for an output that is named twice or beside items without names.
MetricsByOutput metrics_by_output(const char* what, const MetricList& metrics, const std::vector<std::string>& outputs);

}  // namespace cornu::detail
