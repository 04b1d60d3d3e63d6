#pragma once
// Internal: convolutions that read an image where it lies, a row of a window at a time, instead of copying windows out
// of it. An image with a margin is copied once into a frame, with zeros around it.
#include <cornu/framework/kernels/convolution.hpp>

namespace cornu::kernels::in_place {

/// Whether this way is to be taken for each of the products below. They can do all convolutions of one group and not
/// too many strips a window; what has few filters, channels or windows in a row is faster as matrix products.
bool can_do(const Convolution& convolution);
bool pays_for_maps(const Convolution& convolution);
bool pays_for_images(const Convolution& convolution);
bool pays_for_filters(const Convolution& convolution);

/// The elements of T that filters take as the functions below want them, and those of a frame.
std::int64_t packed_elements(const Convolution& convolution);
std::int64_t scratch_elements(const Convolution& convolution);

/// Filters in panels, for the maps; and turned over, for the images.
template <class T>
void pack_for_maps(const Convolution& convolution, const T* filters, T* packed);
template <class T>
void pack_for_images(const Convolution& convolution, const T* filters, T* packed);

/// What becomes of sums.
template <class T>
struct Finish {
  const T* bias = nullptr;
  bool relu = false;
};

/// Of one image each: maps = windows · filters; images = the sum of maps · filtersᵀ where windows lie, plus bias. The
/// rows of a large image are made on several threads.
template <class T>
void convolve(const Convolution& convolution, const T* image, const T* packed, const Finish<T>& finish, T* maps,
              T* scratch);
template <class T>
void convolve_back(const Convolution& convolution, const T* maps, const T* packed, const T* bias, T* image, T* scratch);

/// The filters' gradient windowsᵀ · maps of one image is the sum of so many, each as large as the filters, which
/// `correlate` puts one behind the other: of some 256 windows each, or of more where an image has very many.
std::int64_t sums_of_image(const Convolution& convolution);
template <class T>
void correlate(const Convolution& convolution, const T* image, const T* maps, T* sums, T* scratch);

}  // namespace cornu::kernels::in_place
