#pragma once
// Internal: functions of one floating operand, and the gradients of those that are hot.
#include <cornu/framework/kernels/grid.hpp>

namespace cornu::kernels {

/// T is float or double. In float32 the errors are below 2 units in the last place.
template <class T>
struct ElementwiseKernels {
  UnaryMap<T> exp, expm1, log, log1p, sqrt, rsqrt, reciprocal, sin, cos, erf, floor, ceil, round;
  UnaryMap<T> relu, sigmoid, tanh, softplus;
  UnaryMap<T> gelu, gelu_by_tanh;
  UnaryMap<T, bool> is_finite, is_nan;
  /// d_x from d_y and y, both of one size.
  void (*relu_gradient)(const T* d_y, const T* y, T* d_x, std::int64_t size);
  void (*sigmoid_gradient)(const T* d_y, const T* y, T* d_x, std::int64_t size);
  void (*tanh_gradient)(const T* d_y, const T* y, T* d_x, std::int64_t size);
  /// d_x from d_y and x.
  void (*gelu_gradient)(const T* d_y, const T* x, T* d_x, std::int64_t size);
  void (*gelu_by_tanh_gradient)(const T* d_y, const T* x, T* d_x, std::int64_t size);
  /// y = −t·ln σ(x) − (1 − t)·ln σ(−x)
  void (*logistic_loss)(const T* t, const T* x, T* y, std::int64_t size);
  /// d_x = d_y · (σ(x) − t)
  void (*logistic_loss_gradient)(const T* d_y, const T* t, const T* x, T* d_x, std::int64_t size);
};

}  // namespace cornu::kernels
