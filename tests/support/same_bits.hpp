#pragma once
#include <cstring>

#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::testing {

/// Whether two tensors have the same shape, dtype and bits: 0 is not −0, and a NaN is itself.
inline bool same_bits(const Tensor& a, const Tensor& b) {
  if (a.shape() != b.shape() || a.dtype() != b.dtype()) return false;
  bool same = false;
  detail::for_any_type(a.dtype(), [&]<class T>(T) { same = std::memcmp(a.data<T>(), b.data<T>(), a.nbytes()) == 0; });
  return same;
}

}  // namespace cornu::testing
