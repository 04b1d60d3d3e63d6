#include <cornu/framework/autodiff/variables_read.hpp>

#include <algorithm>

#include <cornu/framework/autodiff/trace.hpp>
#include <cornu/framework/base/errors.hpp>

namespace cornu::detail {

VariablesRead::VariablesRead() : outer_(Trace::of_this_thread().reads) { Trace::of_this_thread().reads = this; }
VariablesRead::~VariablesRead() { Trace::of_this_thread().reads = outer_; }

void VariablesRead::note(const VariableBody& variable) {
  const bool is_known =
      std::any_of(all_.begin(), all_.end(), [&](const Read& read) { return read.variable == variable.id; });
  if (!is_known) all_.push_back({variable.id, variable.name, ErrorScope::innermost()});
}

}  // namespace cornu::detail
