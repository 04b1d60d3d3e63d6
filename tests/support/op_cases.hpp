#pragma once
// Every op on tensors of given shapes, for tests of extents: 0, and beyond what memory or 64 bits hold.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::testing {

struct OpCase {
  std::string name;
  std::vector<Shape> shapes;  ///< of operands that fit together
  std::vector<DType> dtypes;  ///< of the operands: floating ones have a gradient
  /// `numbers`: what other arguments are made of (axes, counts, positions).
  std::function<Tensor(const std::vector<Tensor>& operands, const std::vector<std::int64_t>& numbers)> call;
  std::vector<std::int64_t> numbers = {};  ///< that fit the shapes
};

const std::vector<OpCase>& op_cases();

}  // namespace cornu::testing
