#pragma once
// Internal: whether a way to multiply matrices is right on this CPU.
#include <cornu/framework/kernels/gemm.hpp>

namespace cornu::kernels {

template <class T>
using Multiply = void (*)(const Product& product, const T* a, const T* b, T* out);

/// Compares a few products with those of a plain loop, in some microseconds: with tiles of all sizes, both operands as
/// they lie and transposed, added to what is there and not. The elements are small whole numbers, so that every result
/// is exact.
template <class T>
bool passes_self_test(Multiply<T> multiply);

}  // namespace cornu::kernels
