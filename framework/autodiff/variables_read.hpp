#pragma once
// Internal: which variables are read under tapes, for those who ask.
#include <cstdint>
#include <string>
#include <vector>

#include <cornu/framework/autodiff/variable.hpp>

namespace cornu::detail {

/// Notes, while it lives, each variable that a tape of this thread sees somebody read.
class VariablesRead {
 public:
  struct Read {
    std::uint64_t variable;
    std::string name;
    std::string reader;  // the layer that ran: "Scale 'scale'"; "" outside of layers
  };

  VariablesRead();
  ~VariablesRead();
  VariablesRead(const VariablesRead&) = delete;
  VariablesRead& operator=(const VariablesRead&) = delete;

  /// Each variable once, in the order in which they were read.
  const std::vector<Read>& all() const { return all_; }
  void note(const VariableBody& variable);

 private:
  VariablesRead* outer_;
  std::vector<Read> all_;
};

}  // namespace cornu::detail
