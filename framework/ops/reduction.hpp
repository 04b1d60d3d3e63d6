#pragma once
// Internal: what the reductions share.
#include <array>
#include <vector>

#include <cornu/framework/kernels/reduce.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops {

using ReducedAxes = std::array<bool, Shape::max_rank>;

/// Which axes an op reduces, and the shapes that follow.
struct Reduced {
  Reduced(const Tensor& x, const ReduceOptions& options);

  std::vector<std::int64_t> named() const;  ///< the reduced axes as ReduceOptions name them

  ReducedAxes axes;
  Shape kept;   ///< with extent 1 for each reduced axis
  Shape shape;  ///< of the result
  bool none;    ///< no axis is reduced: the result is x itself
};

/// How many elements become one. x is not symbolic.
std::int64_t elements_per_result(const Tensor& x, const Reduced& reduced);
/// Throws ShapeError when there is a result but no element to take it from.
void require_elements(const char* op, const Tensor& x, const Reduced& reduced);

/// d_out over all elements that it was reduced from.
Tensor spread(const Tensor& d_out, const Reduced& reduced, const Shape& shape);

/// x seen as (outer, n, inner) around one axis.
kernels::Span3 around(const Shape& shape, std::size_t axis);

}  // namespace cornu::ops
