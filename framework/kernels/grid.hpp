#pragma once
// Internal: the part of a broadcast that a kernel walks by itself. Plain data: kernels of every build include it.
#include <cstdint>

namespace cornu::kernels {

/// outer × inner elements of a result that lies in one piece. Operand k is read at i·outer_stride[k] +
/// j·inner_stride[k], and an inner stride is 0 or 1.
template <int operands>
struct Grid {
  std::int64_t outer = 1, inner = 0;
  std::int64_t outer_stride[operands] = {};
  std::int64_t inner_stride[operands] = {};
};

/// y = f(a, b), element by element.
template <class T, class Y = T>
using BinaryMap = void (*)(const T* a, const T* b, Y* y, const Grid<2>& grid);
/// y = f(x), element by element.
template <class T, class Y = T>
using UnaryMap = void (*)(const T* x, Y* y, std::int64_t size);

}  // namespace cornu::kernels
