#pragma once
// Internal: NumPy's broadcasting, reduced to few long loops.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <cornu/framework/base/parallel.hpp>
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

  /// Calls f(offsets of the operands, offset in the result, grid) until the result is complete, from several threads
  /// where it is large.
  template <class F>
  void run(const F& f) const {
    const std::int64_t block = grid_.outer * grid_.inner;
    if (block == 0 || blocks_ == 0) return;
    if (block > detail::elements_a_piece())
      return for_each_block(0, blocks_, [&](const Offsets& offsets, std::int64_t to) { cut(offsets, to, f); });
    detail::parallel_for(blocks_, detail::elements_a_piece() / block, [&](std::int64_t first, std::int64_t last) {
      for_each_block(first, last, [&](const Offsets& offsets, std::int64_t to) { f(offsets, to, grid_); });
    });
  }

 private:
  struct Axis {
    std::int64_t extent = 1;
    Offsets strides{};
  };
  struct Place {
    std::array<std::int64_t, Shape::max_rank> position{};  // along each axis
    Offsets offsets{};
  };
  void append(const Axis& axis);
  Place place_of(std::int64_t block) const;
  void advance(Place& place) const;

  template <class F>
  void for_each_block(std::int64_t first, std::int64_t last, const F& f) const {
    Place place = place_of(first);
    for (std::int64_t i = first; i < last; ++i, advance(place)) f(place.offsets, i * grid_.outer * grid_.inner);
  }

  // Pieces of one large grid: of its rows, or of its only one.
  template <class F>
  void cut(const Offsets& offsets, std::int64_t to, const F& f) const {
    const bool by_rows = grid_.outer > 1;
    const std::int64_t count = by_rows ? grid_.outer : grid_.inner, size = by_rows ? grid_.inner : 1;
    const std::int64_t grain = std::max<std::int64_t>(1, detail::elements_a_piece() / size);
    detail::parallel_for(count, grain, [&](std::int64_t first, std::int64_t last) {
      Offsets begin = offsets;
      for (std::size_t k = 0; k < operands; ++k)
        begin[k] += first * (by_rows ? grid_.outer_stride[k] : grid_.inner_stride[k]);
      Grid<operands> part = grid_;
      (by_rows ? part.outer : part.inner) = last - first;
      f(begin, to + first * size, part);
    });
  }

  std::array<Axis, Shape::max_rank> axes_;  // from the innermost
  std::size_t count_ = 0;
  Grid<operands> grid_;
  std::int64_t blocks_ = 1;
};

extern template class Broadcast<2>;
extern template class Broadcast<3>;

}  // namespace cornu::kernels
