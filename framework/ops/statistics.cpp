#include <limits>

#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/ops/reduction.hpp>

namespace cornu::ops {

// out = mean((x − mean(x))²)
Tensor variance(const Tensor& x, ReduceOptions options) {
  require_floating("variance", x);
  return mean(square(x - mean(x, {options.axis, true})), options);
}

Tensor standard_deviation(const Tensor& x, ReduceOptions options) { return sqrt(variance(x, options)); }

// out = m + ln Σ e^(x − m) with m = max(x), so that nothing overflows; m = 0 where the maximum is not finite
Tensor logsumexp(const Tensor& x, ReduceOptions options) {
  require_floating("logsumexp", x);
  const Reduced reduced(x, options);
  if (reduced.none) return x;
  require_elements("logsumexp", x, reduced);
  if (x.is_symbolic()) return Tensor::symbolic(reduced.shape, x.dtype());
  const Tensor constant = stop_gradient(x), largest = max(constant, {options.axis, true});
  const Tensor m = where(is_finite(largest), largest, scalar(0, x.dtype()));
  Tensor out = reshape(m + log(sum(exp(constant - m), {options.axis, true})), reduced.shape);

  // d_x = d_out · e^(x − out)
  return detail::record(out, detail::wrt(x, [reduced, x, out](const Tensor& d_out) {
                          return reshape(d_out, reduced.kept) * exp(x - reshape(out, reduced.kept));
                        }));
}

namespace {

// f(span, its first element) for some of the outer ones, on several threads.
template <class F>
void each_outer(const kernels::Span3& span, const F& f) {
  constexpr double nanoseconds_an_element = 2;
  const std::int64_t grain = detail::grain_of(nanoseconds_an_element * static_cast<double>(span.n * span.inner));
  detail::parallel_for(span.outer, grain, [&](std::int64_t first, std::int64_t last) {
    f(kernels::Span3{last - first, span.n, span.inner}, first);
  });
}

Tensor position(const char* op, bool largest, const Tensor& x, std::int64_t axis) {
  const std::size_t at = x.shape().normalize_axis(axis);
  require_elements(op, x, Reduced(x, {.axis = axis}));
  if (x.shape()[at] > std::numeric_limits<std::int32_t>::max())
    throw ValueError(op, fmt::format("positions do not fit int32; got {} elements along axis {}; expected fewer than "
                                     "2^31",
                                     x.shape()[at], axis));
  if (x.dtype() == boolean) return position(op, largest, cast(x, int32), axis);
  Tensor out = result(x.shape().removed(at), int32, x);
  if (out.is_symbolic() || out.size() == 0) return out;
  detail::for_number_type(x.dtype(), [&]<class T>(T) {
    std::int32_t* const to = out.mutable_data<std::int32_t>();
    each_outer(around(x.shape(), at), [&](const kernels::Span3& span, std::int64_t first) {
      kernels::arg_reduce(largest, x.data<T>() + first * span.n * span.inner, span, to + first * span.inner);
    });
  });
  return out;
}

}  // namespace

Tensor argmax(const Tensor& x, std::int64_t axis) { return position("argmax", true, x, axis); }
Tensor argmin(const Tensor& x, std::int64_t axis) { return position("argmin", false, x, axis); }

// out[i] = x[0] + … + x[i]
Tensor cumsum(const Tensor& x, std::int64_t axis) {
  require_number("cumsum", x);
  const std::size_t at = x.shape().normalize_axis(axis);
  Tensor out = result(x.shape(), x.dtype(), x);
  if (out.is_symbolic()) return out;
  detail::for_number_type(x.dtype(), [&]<class T>(T) {
    if (x.size() == 0) return;
    T* const to = out.mutable_data<T>();
    each_outer(around(x.shape(), at), [&](const kernels::Span3& span, std::int64_t first) {
      const std::int64_t begin = first * span.n * span.inner;
      kernels::cumulative_sum(x.data<T>() + begin, span, to + begin);
    });
  });

  // d_x[i] = d_out[i] + … + d_out[n − 1]
  return detail::record(
      out, detail::wrt(x, [axis](const Tensor& d_out) { return flip(cumsum(flip(d_out, axis), axis), axis); }));
}

}  // namespace cornu::ops
