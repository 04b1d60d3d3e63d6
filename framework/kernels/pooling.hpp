#pragma once
// Internal: the largest element of each window, and the mean.
#include <cornu/framework/kernels/windows.hpp>

namespace cornu::kernels {

/// Images (batch, cells, channels) and maps (batch, windows, channels), both contiguous, each channel by itself. Each
/// window has an element that is there, and fewer than 2^31 elements.
struct Pooling {
  Windows windows;
  std::int64_t channels = 0;
};

/// maps = the largest element of each window; NaN wins. `taken`, unless it is null, is told which element of the window
/// it is: the first of equals. T is float, double, int32 or int64.
template <class T>
void pool_max(const Pooling& pooling, const T* images, T* maps, std::int32_t* taken);
/// maps = those elements of other images; images = the sum of maps at those elements, 0 elsewhere.
template <class T>
void pick_taken(const Pooling& pooling, const T* images, const std::int32_t* taken, T* maps);
template <class T>
void place_taken(const Pooling& pooling, const T* maps, const std::int32_t* taken, T* images);

/// maps = the mean of each window's elements that are there; images = the gradient of that, where `maps` is the one
/// that arrives.
template <class T>
void pool_average(const Pooling& pooling, const T* images, T* maps);
template <class T>
void spread_average(const Pooling& pooling, const T* maps, T* images);

}  // namespace cornu::kernels
