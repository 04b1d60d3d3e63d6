#pragma once
// Internal: convolutions of images, each as matrix products of tiles of windows.
#include <cornu/framework/kernels/windows.hpp>

namespace cornu::kernels {

/// Images (batch, cells, channels), filters (elements of a window, channels / groups, filters), maps (batch, windows,
/// filters), all contiguous. Filters of a group see the channels of that group alone.
struct Convolution {
  Windows windows;
  std::int64_t channels = 0, filters = 0, groups = 1;
};

/// The elements of T that the functions below want to work in: a tile of windows, and what groups pack.
std::int64_t convolution_workspace(const Convolution& convolution);

/// maps = the products of windows and filters, plus `bias` (filters,) unless it is null.
template <class T>
void convolve(const Convolution& convolution, const T* images, const T* filters, const T* bias, T* maps, T* workspace);

/// images = the gradient of `convolve` with respect to them where `maps` is the one that arrives, plus `bias`
/// (channels,) unless it is null.
template <class T>
void convolve_back(const Convolution& convolution, const T* maps, const T* filters, const T* bias, T* images,
                   T* workspace);

/// filters = the gradient of `convolve` with respect to them.
template <class T>
void correlate(const Convolution& convolution, const T* images, const T* maps, T* filters, T* workspace);

}  // namespace cornu::kernels
