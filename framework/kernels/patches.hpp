#pragma once
// Internal: convolutions of any kind, each as matrix products of tiles of windows that are copied out of the images.
#include <cornu/framework/kernels/convolution.hpp>

namespace cornu::kernels::by_patches {

/// As the functions of kernels/convolution.hpp. They take tiles of windows, or images, on several threads.
std::int64_t workspace(const Convolution& convolution);
template <class T>
void convolve(const Convolution& convolution, const T* images, const T* filters, const T* bias, T* maps,
              std::span<T> workspace);
template <class T>
void convolve_back(const Convolution& convolution, const T* maps, const T* filters, const T* bias, T* images,
                   std::span<T> workspace);
template <class T>
void correlate(const Convolution& convolution, const T* images, const T* maps, T* filters, std::span<T> workspace);

}  // namespace cornu::kernels::by_patches
