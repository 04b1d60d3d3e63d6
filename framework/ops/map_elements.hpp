#pragma once
// Internal: kernels that take an element of several operands at a time, on several threads.
#include <concepts>
#include <cstdint>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::ops {

/// out = kernel(inputs…), all floating and of one shape and dtype, by the kernel that `pick` takes from a family:
///
///     map_elements<kernels::ElementwiseKernels>([](const auto& kernels) { return kernels.tanh_gradient; }, d_y, y)
template <template <class> class Family, class Pick, std::same_as<Tensor>... Input>
Tensor map_elements(Pick pick, const Tensor& x, const Input&... inputs) {
  Tensor out = Tensor::uninitialized(x.shape(), x.dtype());
  detail::for_floating_type(x.dtype(), [&]<class T>(T) {
    const auto kernel = pick(kernels::table<Family<T>>());
    T* const to = out.mutable_data<T>();
    detail::parallel_for(x.size(), detail::elements_a_piece(), [&](std::int64_t first, std::int64_t last) {
      kernel(x.data<T>() + first, inputs.template data<T>() + first..., to + first, last - first);
    });
  });
  return out;
}

}  // namespace cornu::ops
