#pragma once
// Internal: from a dtype known at run time to a type known when compiling.
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <cornu/framework/tensor/dtype.hpp>
#include <cornu/framework/tensor/tensor.hpp>

namespace cornu::detail {

/// Calls f(T()) for the C++ type of `dtype`.
template <class F>
void for_any_type(DType dtype, F&& f) {
  switch (dtype) {
    case DType::float32:
      return f(float());
    case DType::float64:
      return f(double());
    case DType::int32:
      return f(std::int32_t());
    case DType::int64:
      return f(std::int64_t());
    case DType::boolean:
      return f(bool());
  }
}

/// The same for the types that have arithmetic (not bool) and for the floating ones. False for any other dtype.
template <class F>
bool for_number_type(DType dtype, F&& f) {
  if (dtype == DType::boolean) return false;
  if (dtype == DType::float32) f(float());
  if (dtype == DType::float64) f(double());
  if (dtype == DType::int32) f(std::int32_t());
  if (dtype == DType::int64) f(std::int64_t());
  return true;
}
template <class F>
bool for_floating_type(DType dtype, F&& f) {
  if (dtype == DType::float32) return f(float()), true;
  if (dtype == DType::float64) return f(double()), true;
  return false;
}

/// f(all elements) of a tensor of integers, as a std::span<const Id> whose Id is std::int32_t or std::int64_t.
template <class F>
auto for_ids(const Tensor& ids, F&& f) {
  return ids.dtype() == DType::int32 ? f(ids.values<std::int32_t>()) : f(ids.values<std::int64_t>());
}

/// Floating to integer truncates towards zero and saturates (NaN becomes the smallest integer); to bool is != 0.
template <class To, class From>
To convert(From value) {
  if constexpr (std::is_same_v<To, bool>) {
    return value != From();
  } else if constexpr (std::is_integral_v<To> && std::is_floating_point_v<From>) {
    constexpr auto low = std::numeric_limits<To>::min(), high = std::numeric_limits<To>::max();
    if (!(value > static_cast<From>(low))) return low;
    if (value >= static_cast<From>(high)) return high;
    return static_cast<To>(value);
  } else {
    return static_cast<To>(value);
  }
}

}  // namespace cornu::detail
