#include <algorithm>

#include <cornu/framework/activations/activations.hpp>
#include <cornu/framework/ops/support.hpp>

namespace cornu::activations {

namespace {

// τ with Σ max(x − peak − τ, 0) = 1: Newton's method from below, which ends once the elements above τ stay the same.
template <class T>
T threshold_of(const T* x, T peak, std::int64_t size) {
  T tau = -1, next = tau;
  do {
    tau = next;
    T sum = 0, above = 0;
    for (std::int64_t i = 0; i < size; ++i)
      if (x[i] - peak > tau) {
        sum += x[i] - peak;
        above += 1;
      }
    next = (sum - 1) / above;
  } while (next > tau);
  return tau;
}

template <class T>
void sparsemax_rows(const T* x, T* y, std::int64_t rows, std::int64_t columns) {
  for (std::int64_t i = 0; i < rows; ++i, x += columns, y += columns) {
    const T peak = *std::max_element(x, x + columns), tau = threshold_of(x, peak, columns);
    for (std::int64_t j = 0; j < columns; ++j) y[j] = x[j] - peak < tau ? T(0) : x[j] - peak - tau;
  }
}

Tensor over_last_axis(const Tensor& x) {
  Tensor y = ops::result(x.shape(), x.dtype(), x);
  if (!y.is_symbolic() && y.size() > 0)
    detail::for_floating_type(x.dtype(), [&]<class T>(T) {
      sparsemax_rows(x.data<T>(), y.mutable_data<T>(), x.size() / x.dim(-1), x.dim(-1));
    });
  // d_x = d_y less its mean over the elements with y > 0, for those; 0 for the others
  return detail::record(y, detail::wrt(x, [y](const Tensor& d_y) {
                          const Tensor support = ops::cast(ops::greater(y, 0), y.dtype()), d = d_y * support;
                          const auto total = [](const Tensor& t) {
                            return ops::sum(t, {.axis = -1, .keepdims = true});
                          };
                          return d - support * (total(d) / total(support));
                        }));
}

Tensor swap_with_last(const Tensor& x, std::size_t axis) {
  std::vector<std::int64_t> axes(x.rank());
  for (std::size_t i = 0; i < axes.size(); ++i) axes[i] = static_cast<std::int64_t>(i);
  std::swap(axes[axis], axes.back());
  return ops::transpose(x, axes);
}

}  // namespace

Tensor sparsemax(const Tensor& x, std::int64_t axis) {
  ops::require_floating("sparsemax", x);
  const std::size_t place = x.shape().normalize_axis(axis);
  if (place + 1 == x.rank()) return over_last_axis(x);
  return swap_with_last(over_last_axis(swap_with_last(x, place)), place);
}
Tensor sparsemax(const Tensor& x) { return sparsemax(x, -1); }

}  // namespace cornu::activations
