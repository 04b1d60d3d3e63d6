#pragma once
// Internal: arithmetic on two operands and on one, for every number type.
#include <cornu/framework/kernels/grid.hpp>

namespace cornu::kernels {

/// T is float, double, std::int32_t or std::int64_t. Integers wrap round.
template <class T>
struct ArithmeticKernels {
  BinaryMap<T> add, subtract, multiply, squared_difference;
  BinaryMap<T> divide;             // null for integers
  BinaryMap<T> maximum, minimum;   // NaN wins
  BinaryMap<T> floor_divide, mod;  // as Python's // and %; integer divisors must not be 0
  BinaryMap<T> power;              // null for integers
  UnaryMap<T> negative, square, abs, sign;
  void (*clip)(const T* x, T low, T high, T* y, std::int64_t size);
};

}  // namespace cornu::kernels
