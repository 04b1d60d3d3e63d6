#pragma once
// Internal: what data are held to before the first step.
#include <cstdint>
#include <string>
#include <vector>

#include <cornu/framework/tensor/list.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::detail {

/// Data, and what errors call them: x and y, or by the names of inputs and outputs.
struct NamedTensor {
  const char* kind;  ///< "input" or "target"
  std::string name;
  Tensor tensor;
};

/// Each tensor with its name; a single one is called `only`. Throws ValueError for another number of them.
std::vector<NamedTensor> named(const char* where, const char* kind, const char* only, const Tensors& tensors,
                               const std::vector<std::string>& names);

/// Throws ShapeError unless all have samples along their first axis, as many as the first one.
void require_samples(const char* where, const std::vector<NamedTensor>& data);

/// Throws ValueError for an option below 1.
void require_positive(const char* where, const char* option, std::int64_t value);

}  // namespace cornu::detail
