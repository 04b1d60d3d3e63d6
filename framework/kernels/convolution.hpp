#pragma once
// Internal: convolutions of images.
#include <functional>
#include <span>

#include <cornu/framework/kernels/windows.hpp>

namespace cornu::kernels {

/// Images (batch, cells, channels), filters (elements of a window, channels / groups, filters), maps (batch, windows,
/// filters), all contiguous. Filters of a group see the channels of that group alone.
struct Convolution {
  Windows windows;
  std::int64_t channels = 0, filters = 0, groups = 1;

  std::int64_t cells_of_image() const { return windows.cells() * channels; }
  std::int64_t maps_of_image() const { return windows.count() * filters; }
  std::int64_t filter_elements() const { return windows.size() * (channels / groups) * filters; }
  /// About so many nanoseconds a product of one image takes on a core.
  double nanoseconds() const {
    return 1 + static_cast<double>(windows.count()) * static_cast<double>(filter_elements()) / 20;
  }
};

/// The elements of T that the functions below want to work in. Which of two ways they take, in place
/// (kernels/in_place.hpp) or by patches (kernels/patches.hpp), follows from the convolution alone; how much memory,
/// from the number of threads too. They work on several threads: many images or large ones on one each, few large ones
/// one after the other.
std::int64_t convolution_workspace(const Convolution& convolution);

/// maps = the products of windows and filters, plus `bias` (filters,) unless it is null.
template <class T>
void convolve(const Convolution& convolution, const T* images, const T* filters, const T* bias, T* maps,
              std::span<T> workspace);

/// images = the gradient of `convolve` with respect to them where `maps` is the one that arrives, plus `bias`
/// (channels,) unless it is null.
template <class T>
void convolve_back(const Convolution& convolution, const T* maps, const T* filters, const T* bias, T* images,
                   std::span<T> workspace);

/// filters = the gradient of `convolve` with respect to them: the sum over images, in their order, of sums of some 256
/// windows each.
template <class T>
void correlate(const Convolution& convolution, const T* images, const T* maps, T* filters, std::span<T> workspace);

/// Whether the two functions below take the convolution.
bool fuses_relu(const Convolution& convolution);
/// Whether each image is worked on by one thread, rather than one image by all of them.
bool goes_by_images(const Convolution& convolution);

/// maps = relu(convolve)
template <class T>
void convolve_relu(const Convolution& convolution, const T* images, const T* filters, const T* bias, T* maps,
                   std::span<T> workspace);

/// The gradients of `convolve`, of which those that are null are not wanted. `d_maps` writes what arrives at the maps
/// of an image, which is used for all of them while it is in the cache.
template <class T>
struct ConvolutionGradients {
  const T *images, *filters;
  std::function<void(std::int64_t image, T* d_maps)> d_maps;
  T *d_images, *d_filters, *d_bias;
};
template <class T>
void convolve_gradients(const Convolution& convolution, const ConvolutionGradients<T>& gradients,
                        std::span<T> workspace);

}  // namespace cornu::kernels
