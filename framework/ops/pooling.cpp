#include <cornu/framework/ops/pooling.hpp>

#include <cornu/framework/kernels/masked_mean.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::ops {

// y = Σ x over the steps of the mask / their number
Tensor masked_mean_of_ops(const Tensor& x, const Tensor& mask, std::int64_t steps_axis, bool keepdims) {
  const Tensor counts = expand_dims(mask, steps_axis == 1 ? 2 : 1);
  const ReduceOptions over_steps{.axis = steps_axis, .keepdims = keepdims};
  const Tensor steps = sum(cast(counts, x.dtype()), over_steps);
  return sum(where(counts, x, scalar(0, x.dtype())), over_steps) / maximum(steps, scalar(1, x.dtype()));
}

namespace {

kernels::Sequences extents_of(const Shape& shape) { return {shape[0], shape[1], shape[2]}; }

Gradient fused_gradient(const Tensor& d_y, const Tensor& mask, const Shape& shape) {
  Tensor d_step = Tensor::uninitialized(d_y.shape(), d_y.dtype());
  detail::for_floating_type(d_y.dtype(), [&]<class T>(T) {
    if (d_y.size() == 0) return;
    kernels::masked_mean_gradient(d_y.data<T>(), mask.data<bool>(), extents_of(shape), d_step.mutable_data<T>());
  });
  return Gradient(detail::Repeated{d_step, shape[1], mask});
}

// The mean is linear: its gradient is that of the plain form, for any x.
Tensor plain_gradient(const Tensor& d_y, const Tensor& mask, const Shape& shape) {
  const Tensor counts = expand_dims(mask, 2), zero = scalar(0, d_y.dtype());
  const Tensor steps = maximum(sum(cast(mask, d_y.dtype()), {.axis = 1, .keepdims = true}), scalar(1, d_y.dtype()));
  return where(counts, broadcast_to(expand_dims(d_y / steps, 1), shape), zero);
}

}  // namespace

Tensor masked_mean(const Tensor& x, const Tensor& mask) {
  require_floating("masked_mean", x);
  if (x.rank() != 3 || !mask.shape().fits(x.shape().slice(0, 2)))
    throw ShapeError("masked_mean", fmt::format("the mask does not fit; got x {} and mask {}; expected (batch, steps, "
                                                "features) and (batch, steps)",
                                                x.shape(), mask.shape()));
  Tensor y = result(x.shape().removed(1), x.dtype(), x, mask);
  if (y.is_symbolic()) return y;
  detail::for_floating_type(x.dtype(), [&]<class T>(T) {
    if (y.size() == 0) return;
    kernels::masked_mean(x.data<T>(), mask.data<bool>(), extents_of(x.shape()), y.mutable_data<T>());
  });

  // d_x = d_y / n where the mask holds, 0 elsewhere
  return detail::record(y, detail::wrt(x, [mask, shape = x.shape()](const Tensor& d_y) -> Gradient {
                          if (detail::is_recording() || shape[1] == 0) return plain_gradient(d_y, mask, shape);
                          return fused_gradient(d_y, mask, shape);
                        }));
}

}  // namespace cornu::ops
