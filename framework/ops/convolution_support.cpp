#include <cornu/framework/ops/convolution_support.hpp>

#include <algorithm>

namespace cornu::ops {

namespace {

bool has_elements(const Shape& kernel) {
  return std::all_of(kernel.begin(), kernel.end() - 2, [](std::int64_t extent) { return extent > 0; });
}

}  // namespace

void require_kernel(std::string_view op, const Tensor& x, const Tensor& kernel, const Tensor* bias,
                    std::int64_t width) {
  require_floating(op, x);
  require_same_dtype(op, x, kernel);
  if (kernel.rank() != x.rank() || !has_elements(kernel.shape()))
    throw ShapeError(op, fmt::format("the kernel does not fit; got an input {} and a kernel {}; expected a kernel of "
                                     "that rank, with 1 or more elements along each axis",
                                     x.shape(), kernel.shape()));
  if (!bias) return;
  require_same_dtype(op, x, *bias);
  if (!bias->shape().fits(width))
    throw ShapeError(op, fmt::format("the bias does not fit; got {} for a kernel {}; expected ({},)", bias->shape(),
                                     kernel.shape(), width));
}

}  // namespace cornu::ops
