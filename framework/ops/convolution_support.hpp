#pragma once
// Internal: what the convolutions share.
#include <cornu/framework/ops/sliding.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops {

inline const Tensor* pointer_to(const std::optional<Tensor>& x) { return x ? &*x : nullptr; }
template <class T>
const T* data_or_null(const Tensor* x) {
  return x ? x->data<T>() : nullptr;
}

/// Throws ValueError unless x, kernel and bias are floating and of one dtype, ShapeError unless the kernel has the rank
/// of x and an element along each axis, and the bias is (width,).
void require_kernel(std::string_view op, const Tensor& x, const Tensor& kernel, const Tensor* bias, std::int64_t width);

/// How windows as large as the kernel slide.
template <class Options>
Sliding sliding_of(std::string_view op, const Shape& kernel, const Options& options, Padding padding) {
  const std::size_t axes = kernel.rank() - 2;
  Sliding sliding{
      {}, options.strides.of(op, "strides", axes), options.dilation_rate.of(op, "dilation_rate", axes), padding, axes};
  for (std::size_t axis = 0; axis < axes; ++axis) sliding.sizes[axis] = kernel[axis];
  return sliding;
}

/// f of x with its channels behind the other axes, and back to where they were.
template <class F>
Tensor on_channels_last(std::string_view op, const Tensor& x, const std::string& data_format, const F& f) {
  axes_of(op, x.shape());
  return has_channels_first(op, data_format) ? to_channels_first(f(to_channels_last(x))) : f(x);
}

/// Records an op's two inputs, and its bias unless that is null: d_bias = d_y, summed over all axes but the last.
template <class A, class B>
Tensor record_with_bias(Tensor y, const Tensor* bias, detail::Wrt<A> a, detail::Wrt<B> b) {
  if (!bias) return detail::record(std::move(y), std::move(a), std::move(b));
  return detail::record(std::move(y), std::move(a), std::move(b),
                        detail::wrt(*bias, [shape = bias->shape()](const Tensor& d_y) { return sum_to(d_y, shape); }));
}

}  // namespace cornu::ops
