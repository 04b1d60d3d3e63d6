#include <cornu/framework/kernels/depthwise.hpp>

#include <algorithm>

#include <cornu/framework/base/parallel.hpp>

namespace cornu::kernels {

namespace {

constexpr std::int64_t most_sums = 16;  // of the filters' gradient, each of some windows

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

double nanoseconds(const Depthwise& d) {
  const double products = static_cast<double>(d.windows.batch * d.windows.count()) *
                          static_cast<double>(d.windows.size() * d.channels * d.multiplier);
  return 1 + 0.3 * products;  // about, on a core
}

// Calls work(first, last) for pieces of `count` equal parts of all products, on several threads.
template <class Work>
void in_pieces(const Depthwise& d, std::int64_t count, const Work& work) {
  detail::parallel_for(count, detail::grain_of(nanoseconds(d) / static_cast<double>(count)), work);
}

template <class T>
void convolve_windows(const Depthwise& d, std::int64_t first, std::int64_t last, const T* images, const T* filters,
                      const T* bias, T* maps) {
  const std::int64_t width = d.channels * d.multiplier;
  for_each_tap(
      d.windows, first, last,
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
void pass_back_images(const Depthwise& d, std::int64_t first, std::int64_t last, const T* maps, const T* filters,
                      T* images) {
  const std::int64_t width = d.channels * d.multiplier, size = d.windows.cells() * d.channels;
  std::fill_n(images + first * size, (last - first) * size, T());
  for_each_tap(
      d.windows, first * d.windows.count(), last * d.windows.count(), [](std::int64_t, std::int64_t) {},
      [&](std::int64_t window, std::int64_t element, std::int64_t cell) {
        const T *const d_y = maps + window * width, *const w = filters + element * width;
        T* const d_x = images + cell * d.channels;
        for_each_channel(d, [=](std::int64_t c, std::int64_t j) { d_x[c] += d_y[j] * w[j]; });
      });
}

template <class T>
void correlate_windows(const Depthwise& d, std::int64_t first, std::int64_t last, const T* images, const T* maps,
                       T* filters) {
  const std::int64_t width = d.channels * d.multiplier;
  std::fill_n(filters, d.windows.size() * width, T());
  for_each_tap(
      d.windows, first, last, [](std::int64_t, std::int64_t) {},
      [&](std::int64_t window, std::int64_t element, std::int64_t cell) {
        const T *const x = images + cell * d.channels, *const d_y = maps + window * width;
        T* const d_w = filters + element * width;
        for_each_channel(d, [=](std::int64_t c, std::int64_t j) { d_w[j] += x[c] * d_y[j]; });
      });
}

// Windows whose products are added up by themselves.
std::int64_t windows_a_sum(const Depthwise& d) {
  const std::int64_t windows = d.windows.batch * d.windows.count();
  const auto sums = static_cast<std::int64_t>(std::min(nanoseconds(d) / 30'000, 1.0 * most_sums));
  return windows / std::max<std::int64_t>(sums, 1) + 1;
}
std::int64_t sums_of(const Depthwise& d) { return d.windows.batch * d.windows.count() / windows_a_sum(d) + 1; }

}  // namespace

template <class T>
void convolve_depthwise(const Depthwise& d, const T* images, const T* filters, const T* bias, T* maps) {
  if (d.channels * d.multiplier == 0) return;
  in_pieces(d, d.windows.batch * d.windows.count(), [&](std::int64_t first, std::int64_t last) {
    convolve_windows(d, first, last, images, filters, bias, maps);
  });
}

template <class T>
void convolve_depthwise_back(const Depthwise& d, const T* maps, const T* filters, T* images) {
  if (d.channels == 0) return;
  in_pieces(d, d.windows.batch,
            [&](std::int64_t first, std::int64_t last) { pass_back_images(d, first, last, maps, filters, images); });
}

std::int64_t correlate_depthwise_workspace(const Depthwise& d) {
  return sums_of(d) * d.windows.size() * d.channels * d.multiplier;
}

template <class T>
void correlate_depthwise(const Depthwise& d, const T* images, const T* maps, T* filters, T* sums) {
  const std::int64_t size = d.windows.size() * d.channels * d.multiplier, windows = d.windows.batch * d.windows.count();
  const std::int64_t a_sum = windows_a_sum(d), count = sums_of(d);
  if (size == 0) return;
  detail::parallel_for(count, 1, [&](std::int64_t number, std::int64_t) {
    const std::int64_t first = number * a_sum;
    correlate_windows(d, first, std::min(windows, first + a_sum), images, maps, sums + number * size);
  });
  std::copy_n(sums, size, filters);
  for (std::int64_t k = 1; k < count; ++k)
    for (std::int64_t i = 0; i < size; ++i) filters[i] += sums[k * size + i];
}

#define CORNU_FOR(T)                                                                       \
  template void convolve_depthwise<T>(const Depthwise&, const T*, const T*, const T*, T*); \
  template void convolve_depthwise_back<T>(const Depthwise&, const T*, const T*, T*);      \
  template void correlate_depthwise<T>(const Depthwise&, const T*, const T*, T*, T*);
CORNU_FOR(float)
CORNU_FOR(double)
#undef CORNU_FOR

}  // namespace cornu::kernels
