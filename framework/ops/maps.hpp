#pragma once
// Internal: ops that take their elements one by one, or two by two after broadcasting.
#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/broadcast.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops {

/// out = kernel(a, b), both read as if they had out's shape.
template <class T, class Y>
void apply(kernels::BinaryMap<T, Y> kernel, const Tensor& a, const Tensor& b, Tensor& out) {
  const T *a_data = a.data<T>(), *b_data = b.data<T>();
  Y* y = out.mutable_data<Y>();
  kernels::Broadcast<2>({&a.shape(), &b.shape()}, out.shape())
      .run([&](const auto& at, std::int64_t to, const auto& grid) {
        kernel(a_data + at[0], b_data + at[1], y + to, grid);
      });
}

/// The same where one operand is a number.
template <class T, class Y>
void apply(kernels::BinaryMap<T, Y> kernel, const Tensor& a, double b, Tensor& out) {
  const T value = detail::convert<T>(b);
  const T* const a_data = a.data<T>();
  Y* const y = out.mutable_data<Y>();
  detail::parallel_for(out.size(), detail::elements_a_piece(), [&](std::int64_t first, std::int64_t last) {
    kernel(a_data + first, &value, y + first, {1, last - first, {0, 0}, {1, 0}});
  });
}
template <class T, class Y>
void apply(kernels::BinaryMap<T, Y> kernel, double a, const Tensor& b, Tensor& out) {
  const T value = detail::convert<T>(a);
  const T* const b_data = b.data<T>();
  Y* const y = out.mutable_data<Y>();
  detail::parallel_for(out.size(), detail::elements_a_piece(), [&](std::int64_t first, std::int64_t last) {
    kernel(&value, b_data + first, y + first, {1, last - first, {0, 0}, {0, 1}});
  });
}

/// out = kernel(x).
template <class T, class Y>
void apply(kernels::UnaryMap<T, Y> kernel, const Tensor& x, Tensor& out) {
  const T* const from = x.data<T>();
  Y* const to = out.mutable_data<Y>();
  detail::parallel_for(out.size(), detail::elements_a_piece(),
                       [&](std::int64_t first, std::int64_t last) { kernel(from + first, to + first, last - first); });
}

/// A new tensor of x's shape, filled for floating x by the kernel that `pick` takes from a family:
///
///     map<kernels::ElementwiseKernels>(x, x.dtype(), [](const auto& kernels) { return kernels.exp; })
template <template <class> class Family, class Pick>
Tensor map_floating(const Tensor& x, DType dtype, Pick pick) {
  Tensor out = result(x.shape(), dtype, x);
  if (out.is_symbolic()) return out;
  detail::for_floating_type(x.dtype(), [&]<class T>(T) { apply(pick(kernels::table<Family<T>>()), x, out); });
  return out;
}

/// The same for any number dtype.
template <template <class> class Family, class Pick>
Tensor map_number(const Tensor& x, DType dtype, Pick pick) {
  Tensor out = result(x.shape(), dtype, x);
  if (out.is_symbolic()) return out;
  detail::for_number_type(x.dtype(), [&]<class T>(T) { apply(pick(kernels::table<Family<T>>()), x, out); });
  return out;
}

}  // namespace cornu::ops
