#pragma once
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::text {

/// The different strings in order of appearance, and for each string given its place among them: (n,) int32.
struct Unique {
  std::vector<std::string> values;
  Tensor indices;
};

///     unique({"cat", "dog", "cat"});   // values: cat, dog; indices: [0 1 0]
Unique unique(const std::vector<std::string>& strings);

}  // namespace cornu::text
CORNU_EXPORT_END
