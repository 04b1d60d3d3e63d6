#pragma once
// Internal: NumPy's broadcasting, reduced to few long loops.
#include <array>
#include <cstddef>
#include <cstdint>

#include <cornu/framework/kernels/grid.hpp>
#include <cornu/framework/tensor/shape.hpp>

namespace cornu::kernels {

/// How `operands` tensors are read to give a result of shape `out`: neighbouring axes that all of them walk alike are
/// merged; the two innermost that remain are the kernel's grid, the others are counted through here.
template <int operands>
class Broadcast {
 public:
  using Offsets = std::array<std::int64_t, operands>;

  Broadcast(const std::array<const Shape*, operands>& shapes, const Shape& out);

  /// Calls f(offsets of the operands, offset in the result, grid) until the result is complete.
  template <class F>
  void run(F f) const {
    const std::int64_t block = grid_.outer * grid_.inner;
    if (block == 0) return;
    Offsets offsets{};
    std::array<std::int64_t, Shape::max_rank> position{};
    for (std::int64_t i = 0; i < blocks_; ++i) {
      f(offsets, i * block, grid_);
      advance(position, offsets);
    }
  }

 private:
  struct Axis {
    std::int64_t extent = 1;
    Offsets strides{};
  };
  void append(const Axis& axis);
  void advance(std::array<std::int64_t, Shape::max_rank>& position, Offsets& offsets) const;

  std::array<Axis, Shape::max_rank> axes_;  // from the innermost
  std::size_t count_ = 0;
  Grid<operands> grid_;
  std::int64_t blocks_ = 1;
};

extern template class Broadcast<2>;
extern template class Broadcast<3>;

}  // namespace cornu::kernels
