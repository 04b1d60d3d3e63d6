#include <cornu/framework/autodiff/tape.hpp>
#include <cornu/framework/kernels/elementwise.hpp>
#include <cornu/framework/kernels/softmax.hpp>
#include <cornu/framework/ops/map_elements.hpp>
#include <cornu/framework/ops/maps.hpp>

namespace cornu::ops {

namespace {

using kernels::ElementwiseKernels;
using kernels::SoftmaxKernels;

// The kernel's result for floating x, not recorded.
template <class Pick>
Tensor map(std::string_view op, const Tensor& x, Pick pick) {
  require_floating(op, x);
  return map_floating<ElementwiseKernels>(x, x.dtype(), pick);
}

// d_x from d_y and y in one pass, for when nobody differentiates it again.
template <class Pick>
Tensor fused_gradient(const Tensor& d_y, const Tensor& y, Pick pick) {
  return map_elements<ElementwiseKernels>(pick, d_y, y);
}

}  // namespace

Tensor relu(const Tensor& x) {
  const Tensor y = map("relu", x, [](const auto& kernels) { return kernels.relu; });
  // d_x = d_y where y > 0
  return detail::record(y, detail::wrt(x, [y](const Gradient& given) {
                          if (const auto& d_y = given.by_sample()) return d_y->through_relu()->to_dense();
                          const Tensor d_y = given.to_dense();
                          if (detail::is_recording()) return where(greater(y, 0), d_y, scalar(0, y.dtype()));
                          return fused_gradient(d_y, y, [](const auto& kernels) { return kernels.relu_gradient; });
                        }));
}

Tensor sigmoid(const Tensor& x) {
  const Tensor y = map("sigmoid", x, [](const auto& kernels) { return kernels.sigmoid; });
  // d_x = d_y · y · (1 − y)
  return detail::record(y, detail::wrt(x, [y](const Tensor& d_y) {
                          if (detail::is_recording()) return d_y * y * (1 - y);
                          return fused_gradient(d_y, y, [](const auto& kernels) { return kernels.sigmoid_gradient; });
                        }));
}

Tensor tanh(const Tensor& x) {
  const Tensor y = map("tanh", x, [](const auto& kernels) { return kernels.tanh; });
  // d_x = d_y · (1 − y²)
  return detail::record(y, detail::wrt(x, [y](const Tensor& d_y) {
                          if (detail::is_recording()) return d_y * (1 - square(y));
                          return fused_gradient(d_y, y, [](const auto& kernels) { return kernels.tanh_gradient; });
                        }));
}

Tensor softplus(const Tensor& x) {
  const Tensor y = map("softplus", x, [](const auto& kernels) { return kernels.softplus; });
  // d_x = d_y · sigmoid(x)
  return detail::record(y, detail::wrt(x, [x](const Tensor& d_y) { return d_y * sigmoid(x); }));
}

namespace {

bool is_last(const Tensor& x, std::size_t axis) { return axis + 1 == x.rank(); }

constexpr double nanoseconds_an_element = 0.7, nanoseconds_a_row = 15;

// out = kernel(inputs…), all of one shape, row by row of the last axis.
template <class Pick, class... Input>
Tensor by_rows(Pick pick, const Tensor& x, const Input&... inputs) {
  Tensor out = Tensor::uninitialized(x.shape(), x.dtype());
  const std::int64_t columns = x.dim(-1), rows = columns == 0 ? 0 : x.size() / columns;
  const double a_row = nanoseconds_a_row + nanoseconds_an_element * static_cast<double>(columns);
  detail::for_floating_type(x.dtype(), [&]<class T>(T) {
    const auto kernel = pick(kernels::table<SoftmaxKernels<T>>());
    T* const to = out.mutable_data<T>();
    detail::parallel_for(rows, detail::grain_of(a_row), [&](std::int64_t first, std::int64_t last) {
      const std::int64_t at = first * columns;
      kernel(x.data<T>() + at, inputs.template data<T>() + at..., to + at, last - first, columns);
    });
  });
  return out;
}

// x less its maximum along the axis, not recorded
Tensor shifted(const Tensor& x, std::int64_t axis) {
  const Tensor constant = stop_gradient(x);
  return constant - max(constant, {.axis = axis, .keepdims = true});
}

Tensor softmax_values(const Tensor& x, std::int64_t axis, bool last) {
  if (x.is_symbolic()) return Tensor::symbolic(x.shape(), x.dtype());
  if (x.size() == 0) return Tensor::uninitialized(x.shape(), x.dtype());
  if (last) return by_rows([](const auto& kernels) { return kernels.softmax; }, x);
  const Tensor e = exp(shifted(x, axis));
  return e / sum(e, {.axis = axis, .keepdims = true});
}

Tensor log_softmax_values(const Tensor& x, std::int64_t axis, bool last) {
  if (x.is_symbolic()) return Tensor::symbolic(x.shape(), x.dtype());
  if (x.size() == 0) return Tensor::uninitialized(x.shape(), x.dtype());
  if (last) return by_rows([](const auto& kernels) { return kernels.log_softmax; }, x);
  const Tensor z = shifted(x, axis);
  return z - log(sum(exp(z), {.axis = axis, .keepdims = true}));
}

}  // namespace

Tensor softmax(const Tensor& x, std::int64_t axis) {
  require_floating("softmax", x);
  const bool last = is_last(x, x.shape().normalize_axis(axis));
  const Tensor y = softmax_values(x, axis, last);
  // d_x = y · (d_y − Σ d_y · y)
  return detail::record(y, detail::wrt(x, [y, axis, last](const Tensor& d_y) {
                          if (last && !detail::is_recording())
                            return by_rows([](const auto& kernels) { return kernels.softmax_gradient; }, d_y, y);
                          return y * (d_y - sum(d_y * y, {.axis = axis, .keepdims = true}));
                        }));
}

Tensor log_softmax(const Tensor& x, std::int64_t axis) {
  require_floating("log_softmax", x);
  const bool last = is_last(x, x.shape().normalize_axis(axis));
  const Tensor y = log_softmax_values(x, axis, last);
  // d_x = d_y − e^y · Σ d_y
  return detail::record(y, detail::wrt(x, [y, axis, last](const Tensor& d_y) {
                          if (last && !detail::is_recording())
                            return by_rows([](const auto& kernels) { return kernels.log_softmax_gradient; }, d_y, y);
                          return d_y - exp(y) * sum(d_y, {.axis = axis, .keepdims = true});
                        }));
}

}  // namespace cornu::ops
