#pragma once
// Internal: what the ops that only move elements share.
#include <array>
#include <cstdint>
#include <span>

#include <cornu/framework/kernels/copy.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops {

using Strides = std::array<std::int64_t, Shape::max_rank>;

/// Elements between neighbours along each axis of a tensor of that shape.
Strides strides_of(const Shape& shape);

/// Copies between two tensors of one dtype, beginning at those elements.
struct Offsets {
  std::int64_t from = 0, to = 0;
};
void copy(const kernels::Arrangement& arrangement, const Tensor& from, Tensor& to, Offsets offsets = {});

/// transpose() along axes that lie anywhere, and pad() with numbers that do.
Tensor permuted(const Tensor& x, std::span<const std::int64_t> axes);
Tensor padded(const Tensor& x, std::span<const std::array<std::int64_t, 2>> before_after, double value = 0);

/// The same elements under a shape of equal size; extents may be None.
Tensor reshaped(const Tensor& x, const Shape& shape);

}  // namespace cornu::ops
