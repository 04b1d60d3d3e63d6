#pragma once
// Internal: convolutions of each channel by itself.
#include <cornu/framework/kernels/windows.hpp>

namespace cornu::kernels {

/// Images (batch, cells, channels), filters (elements of a window, channels, multiplier), maps (batch, windows,
/// channels · multiplier), all contiguous.
struct Depthwise {
  Windows windows;
  std::int64_t channels = 0, multiplier = 1;
};

/// maps[…, c·multiplier + j] = Σ image[…, c] · filters[…, c, j] over the window's elements, plus `bias` unless it is
/// null.
template <class T>
void convolve_depthwise(const Depthwise& depthwise, const T* images, const T* filters, const T* bias, T* maps);
/// Its gradients, where `maps` is the one that arrives.
template <class T>
void convolve_depthwise_back(const Depthwise& depthwise, const T* maps, const T* filters, T* images);
/// `filters` is the sum of up to 16 sums, each over a part of the windows, in order. They are made in a workspace of so
/// many elements of T.
std::int64_t correlate_depthwise_workspace(const Depthwise& depthwise);
template <class T>
void correlate_depthwise(const Depthwise& depthwise, const T* images, const T* maps, T* filters, T* workspace);

}  // namespace cornu::kernels
