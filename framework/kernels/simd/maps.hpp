#pragma once
// Internal: loops over a function of one element or two, which the compiler vectorises.
#include <cornu/framework/kernels/grid.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

template <class F, class T, class Y>
void unary_map(const T* x, Y* __restrict y, std::int64_t size) {
  for (std::int64_t i = 0; i < size; ++i) y[i] = F::of(x[i]);
}

template <class F, class T, class Y>
void binary_map(const T* a, const T* b, Y* __restrict y, const Grid<2>& grid) {
  for (std::int64_t i = 0; i < grid.outer; ++i, y += grid.inner) {
    const T* row_a = a + i * grid.outer_stride[0];
    const T* row_b = b + i * grid.outer_stride[1];
    if (grid.inner_stride[0] == grid.inner_stride[1]) {
      for (std::int64_t j = 0; j < grid.inner; ++j) y[j] = F::of(row_a[j], row_b[j]);
    } else if (grid.inner_stride[1] == 0) {
      const T value_b = *row_b;
      for (std::int64_t j = 0; j < grid.inner; ++j) y[j] = F::of(row_a[j], value_b);
    } else {
      const T value_a = *row_a;
      for (std::int64_t j = 0; j < grid.inner; ++j) y[j] = F::of(value_a, row_b[j]);
    }
  }
}

}  // namespace
}  // namespace cornu::kernels::CORNU_ISA
