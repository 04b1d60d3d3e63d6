#pragma once
// Internal: convolutions of any kind, each as matrix products of tiles of windows that are copied out of the images.
#include <cornu/framework/kernels/convolution.hpp>

namespace cornu::kernels::by_patches {

/// As the functions of kernels/convolution.hpp.
std::int64_t workspace(const Convolution& convolution);
template <class T>
void convolve(const Convolution& convolution, const T* images, const T* filters, const T* bias, T* maps, T* workspace);
template <class T>
void convolve_back(const Convolution& convolution, const T* maps, const T* filters, const T* bias, T* images,
                   T* workspace);
template <class T>
void correlate(const Convolution& convolution, const T* images, const T* maps, T* filters, T* workspace);

}  // namespace cornu::kernels::by_patches
