#pragma once
// Internal: comparisons and selection.
#include <cornu/framework/kernels/grid.hpp>

namespace cornu::kernels {

/// T is any element type. The elements of `where` are copied bit by bit.
template <class T>
struct ComparisonKernels {
  BinaryMap<T, bool> equal, not_equal, less, less_equal;
  void (*where)(const bool* condition, const T* a, const T* b, T* y, const Grid<3>& grid);
};

}  // namespace cornu::kernels
