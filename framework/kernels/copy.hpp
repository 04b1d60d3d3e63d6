#pragma once
// Internal: elements from one arrangement in memory to another.
#include <array>
#include <cstddef>
#include <cstdint>

#include <cornu/framework/tensor/shape.hpp>

namespace cornu::kernels {

/// Where the element at each position of a box lies, before and after. Strides are counted in elements; those of `from`
/// may be 0 (repeat) or negative (backwards).
struct Arrangement {
  std::size_t rank = 0;
  std::array<std::int64_t, Shape::max_rank> extent{}, from{}, to{};

  void add_axis(std::int64_t axis_extent, std::int64_t from_stride, std::int64_t to_stride);
};

/// Copies elements of 1, 4 or 8 bytes.
void copy(const Arrangement& arrangement, std::size_t element_bytes, const std::byte* from, std::byte* to);

}  // namespace cornu::kernels
