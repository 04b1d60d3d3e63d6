#pragma once
// Internal: what a maximum over windows passes back, and which windows these are.
#include <cstring>
#include <type_traits>

#include <cornu/framework/autodiff/gradient.hpp>
#include <cornu/framework/kernels/pooling.hpp>

namespace cornu::ops {

inline constexpr std::size_t pooling_numbers = sizeof(kernels::Pooling) / sizeof(std::int64_t);
static_assert(std::is_trivially_copyable_v<kernels::Pooling> &&
              sizeof(kernels::Pooling) == pooling_numbers * sizeof(std::int64_t));

/// The windows as a tensor's numbers, which gradients hold, and from them.
inline Tensor numbers_of(const kernels::Pooling& pooling) {
  Tensor numbers = Tensor::uninitialized({static_cast<std::int64_t>(pooling_numbers)}, int64);
  std::memcpy(numbers.mutable_data<std::int64_t>(), &pooling, sizeof pooling);
  return numbers;
}
inline kernels::Pooling pooling_of(const detail::Placed& placed) {
  kernels::Pooling pooling;
  std::memcpy(static_cast<void*>(&pooling), placed.pooling.data<std::int64_t>(), sizeof pooling);
  return pooling;
}

}  // namespace cornu::ops
