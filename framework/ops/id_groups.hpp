#pragma once
// Internal: which of some ids are equal, found once for all who ask.
#include <cornu/framework/autodiff/gradient.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::detail {

/// More rows than these whose ids came before may all belong to one sum, and a float would round too many of them away:
/// they are summed as doubles.
inline constexpr std::int64_t many_rows = 4096;

struct IdGroups {
  Tensor distinct;  ///< (n,) int32: the different ids, in order of first appearance
  Tensor places;    ///< (number of ids,) int32: for each id, its place there

  /// Groups integer ids in 0 … limit-1, limit at most 2^31 − 1.
  static IdGroups of(const Tensor& ids, std::int64_t limit);

  /// The sums of the rows of a gradient (ids' shape + …) whose ids are equal.
  Rows sum(const Gradient& values, const Shape& table_shape) const;
};

}  // namespace cornu::detail
