#pragma once
// Internal: pooling of windows that lie side by side.
#include <cstdint>

namespace cornu::kernels {

/// `windows` of them, a `step` of the image apart, that have the same elements: counts[0] × counts[1] × counts[2] of
/// them, each of `channels` numbers. The first is the window's element `first`; along an axis the next one lies
/// strides[axis] further in the image, and is the window's element numbers[axis] later.
struct WindowRun {
  std::int64_t windows = 0, step = 0, channels = 0, first = 0;
  std::int64_t counts[3] = {1, 1, 1}, strides[3] = {}, numbers[3] = {};
};

/// x is where the first element of the first window lies; y has the windows' numbers without gaps.
template <class T>
struct PoolingKernels {
  /// y = the largest element; NaN wins. `taken`, unless it is null, is told which one: the first of equals.
  void (*largest)(const WindowRun& run, const T* x, T* y, std::int32_t* taken);
};
template <class T>
struct PoolingGradientKernels {
  /// The elements that were taken = y, others of the windows = 0; or these added to what is there.
  void (*place)(const WindowRun& run, const T* y, const std::int32_t* taken, bool add, T* x);
};

}  // namespace cornu::kernels
