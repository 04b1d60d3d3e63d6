#include <cornu/framework/kernels/convolution.hpp>

#include <algorithm>

#include <cornu/framework/kernels/elementwise.hpp>
#include <cornu/framework/kernels/in_place.hpp>
#include <cornu/framework/kernels/patches.hpp>
#include <cornu/framework/kernels/reduce.hpp>
#include <cornu/framework/kernels/table.hpp>

namespace cornu::kernels {

namespace {

std::int64_t cells_of_image(const Convolution& c) { return c.windows.cells() * c.channels; }
std::int64_t maps_of_image(const Convolution& c) { return c.windows.count() * c.filters; }

// The parts of the workspace of convolutions in place.
template <class T>
struct Parts {
  Parts(const Convolution& c, T* memory)
      : packed(memory),
        scratch(packed + in_place::packed_elements(c)),
        d_maps(scratch + in_place::scratch_elements(c)),
        d_bias(d_maps + maps_of_image(c)),
        patches(d_bias + c.filters) {}
  T *packed, *scratch;
  T *d_maps, *d_bias;  // of one image
  T* patches;
};

std::int64_t elements_in_place(const Convolution& c) {
  return in_place::packed_elements(c) + in_place::scratch_elements(c) + maps_of_image(c) + c.filters;
}

template <class T>
void convolve_in_place(const Convolution& c, const T* images, const T* filters, const in_place::Finish<T>& finish,
                       T* maps, T* memory) {
  const Parts<T> parts(c, memory);
  in_place::pack_for_maps(c, filters, parts.packed);
  for (std::int64_t i = 0; i < c.windows.batch; ++i)
    in_place::convolve(c, images + i * cells_of_image(c), parts.packed, finish, maps + i * maps_of_image(c),
                       parts.scratch);
}

template <class T>
void convolve_back_in_place(const Convolution& c, const T* maps, const T* filters, const T* bias, T* images,
                            T* memory) {
  const Parts<T> parts(c, memory);
  in_place::pack_for_images(c, filters, parts.packed);
  for (std::int64_t i = 0; i < c.windows.batch; ++i)
    in_place::convolve_back(c, maps + i * maps_of_image(c), parts.packed, bias, images + i * cells_of_image(c),
                            parts.scratch);
}

template <class T>
void correlate_in_place(const Convolution& c, const T* images, const T* maps, T* filters, T* memory) {
  const Parts<T> parts(c, memory);
  std::fill_n(filters, c.windows.size() * c.channels * c.filters, T());
  for (std::int64_t i = 0; i < c.windows.batch; ++i)
    in_place::correlate(c, images + i * cells_of_image(c), maps + i * maps_of_image(c), filters, parts.scratch);
}

}  // namespace

std::int64_t convolution_workspace(const Convolution& c) {
  const bool in_place = in_place::pays_for_maps(c) || in_place::pays_for_images(c) || in_place::pays_for_filters(c);
  return by_patches::workspace(c) + (in_place ? elements_in_place(c) : 0);
}

template <class T>
void convolve(const Convolution& c, const T* images, const T* filters, const T* bias, T* maps, T* memory) {
  if (!in_place::pays_for_maps(c)) return by_patches::convolve(c, images, filters, bias, maps, memory);
  convolve_in_place(c, images, filters, {bias, false}, maps, memory);
}

template <class T>
void convolve_back(const Convolution& c, const T* maps, const T* filters, const T* bias, T* images, T* memory) {
  if (!in_place::pays_for_images(c)) return by_patches::convolve_back(c, maps, filters, bias, images, memory);
  convolve_back_in_place(c, maps, filters, bias, images, memory);
}

template <class T>
void correlate(const Convolution& c, const T* images, const T* maps, T* filters, T* memory) {
  if (!in_place::pays_for_filters(c)) return by_patches::correlate(c, images, maps, filters, memory);
  correlate_in_place(c, images, maps, filters, memory);
}

bool fuses_relu(const Convolution& c) { return in_place::pays_for_maps(c) && in_place::pays_for_filters(c); }

template <class T>
void convolve_relu(const Convolution& c, const T* images, const T* filters, const T* bias, T* maps, T* memory) {
  convolve_in_place(c, images, filters, {bias, true}, maps, memory);
}

namespace {

// Sums over the windows of an image, added to those of the images before.
template <class T>
void add_bias_gradient(const Convolution& c, const T* d_maps, T* own, T* d_bias) {
  table<ReductionKernels<T>>().sum(d_maps, {1, c.windows.count(), c.filters}, own);
  for (std::int64_t f = 0; f < c.filters; ++f) d_bias[f] += own[f];
}

}  // namespace

// An image at a time, so that what its maps pass back stays in the cache.
template <class T>
void convolve_relu_gradients(const Convolution& c, const ConvolutionGradients<T>& g, T* memory) {
  const Parts<T> parts(c, memory);
  Convolution one = c;
  one.windows.batch = 1;
  const bool in_place = in_place::pays_for_images(c);
  if (g.d_images && in_place) in_place::pack_for_images(c, g.filters, parts.packed);
  if (g.d_filters) std::fill_n(g.d_filters, c.windows.size() * c.channels * c.filters, T());
  if (g.d_bias) std::fill_n(g.d_bias, c.filters, T());
  for (std::int64_t i = 0; i < c.windows.batch; ++i) {
    const std::int64_t at = i * maps_of_image(c), place = i * cells_of_image(c);
    table<ElementwiseKernels<T>>().relu_gradient(g.d_maps + at, g.maps + at, parts.d_maps, maps_of_image(c));
    if (g.d_bias) add_bias_gradient(c, parts.d_maps, parts.d_bias, g.d_bias);
    if (g.d_filters) in_place::correlate(c, g.images + place, parts.d_maps, g.d_filters, parts.scratch);
    if (g.d_images && in_place)
      in_place::convolve_back<T>(c, parts.d_maps, parts.packed, nullptr, g.d_images + place, parts.scratch);
    else if (g.d_images)
      by_patches::convolve_back<T>(one, parts.d_maps, g.filters, nullptr, g.d_images + place, parts.patches);
  }
}

#define CORNU_FOR(T)                                                                        \
  template void convolve<T>(const Convolution&, const T*, const T*, const T*, T*, T*);      \
  template void convolve_back<T>(const Convolution&, const T*, const T*, const T*, T*, T*); \
  template void correlate<T>(const Convolution&, const T*, const T*, T*, T*);               \
  template void convolve_relu<T>(const Convolution&, const T*, const T*, const T*, T*, T*); \
  template void convolve_relu_gradients<T>(const Convolution&, const ConvolutionGradients<T>&, T*);
CORNU_FOR(float)
CORNU_FOR(double)
#undef CORNU_FOR

}  // namespace cornu::kernels
