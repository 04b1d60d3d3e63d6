#include <cornu/framework/kernels/depthwise.hpp>

#include <algorithm>

namespace cornu::kernels {

namespace {

// f(channel, channel of the map) for all of them; in one loop where each channel has one.
template <class F>
void for_each_channel(const Depthwise& d, const F& f) {
  if (d.multiplier == 1) {
    for (std::int64_t c = 0; c < d.channels; ++c) f(c, c);
  } else {
    for (std::int64_t c = 0; c < d.channels; ++c)
      for (std::int64_t j = 0; j < d.multiplier; ++j) f(c, c * d.multiplier + j);
  }
}

}  // namespace

template <class T>
void convolve_depthwise(const Depthwise& d, const T* images, const T* filters, const T* bias, T* maps) {
  const std::int64_t width = d.channels * d.multiplier;
  if (width == 0) return;
  for_each_tap(
      d.windows, 0, d.windows.batch * d.windows.count(),
      [&](std::int64_t window, std::int64_t) {
        if (bias)
          std::copy_n(bias, width, maps + window * width);
        else
          std::fill_n(maps + window * width, width, T());
      },
      [&](std::int64_t window, std::int64_t element, std::int64_t cell) {
        const T *const x = images + cell * d.channels, *const w = filters + element * width;
        T* const y = maps + window * width;
        for_each_channel(d, [=](std::int64_t c, std::int64_t j) { y[j] += x[c] * w[j]; });
      });
}

template <class T>
void convolve_depthwise_back(const Depthwise& d, const T* maps, const T* filters, T* images) {
  const std::int64_t width = d.channels * d.multiplier;
  if (d.channels == 0) return;
  std::fill_n(images, d.windows.batch * d.windows.cells() * d.channels, T());
  for_each_tap(
      d.windows, 0, d.windows.batch * d.windows.count(), [](std::int64_t, std::int64_t) {},
      [&](std::int64_t window, std::int64_t element, std::int64_t cell) {
        const T *const d_y = maps + window * width, *const w = filters + element * width;
        T* const d_x = images + cell * d.channels;
        for_each_channel(d, [=](std::int64_t c, std::int64_t j) { d_x[c] += d_y[j] * w[j]; });
      });
}

template <class T>
void correlate_depthwise(const Depthwise& d, const T* images, const T* maps, T* filters) {
  const std::int64_t width = d.channels * d.multiplier;
  if (width == 0) return;
  std::fill_n(filters, d.windows.size() * width, T());
  for_each_tap(
      d.windows, 0, d.windows.batch * d.windows.count(), [](std::int64_t, std::int64_t) {},
      [&](std::int64_t window, std::int64_t element, std::int64_t cell) {
        const T *const x = images + cell * d.channels, *const d_y = maps + window * width;
        T* const d_w = filters + element * width;
        for_each_channel(d, [=](std::int64_t c, std::int64_t j) { d_w[j] += x[c] * d_y[j]; });
      });
}

#define CORNU_FOR(T)                                                                       \
  template void convolve_depthwise<T>(const Depthwise&, const T*, const T*, const T*, T*); \
  template void convolve_depthwise_back<T>(const Depthwise&, const T*, const T*, T*);      \
  template void correlate_depthwise<T>(const Depthwise&, const T*, const T*, T*);
CORNU_FOR(float)
CORNU_FOR(double)
#undef CORNU_FOR

}  // namespace cornu::kernels
