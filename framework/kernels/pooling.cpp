#include <cornu/framework/kernels/pooling.hpp>

#include <algorithm>
#include <cmath>
#include <type_traits>

namespace cornu::kernels {

namespace {

// Whether `b` takes the place of `a`, which stands before it.
template <class T>
bool is_larger(T a, T b) {
  if constexpr (std::is_floating_point_v<T>)
    return !(b <= a) && !std::isnan(a);
  else
    return b > a;
}

constexpr auto nothing = [](std::int64_t, std::int64_t) {};

template <class T>
T* cleared(const Pooling& p, T* images) {
  std::fill_n(images, p.windows.batch * p.windows.cells() * p.channels, T());
  return images;
}

}  // namespace

template <class T>
void pool_max(const Pooling& p, const T* images, T* maps, std::int32_t* taken) {
  const std::int64_t channels = p.channels;
  bool is_first = false;
  for_each_tap(
      p.windows, [&](std::int64_t, std::int64_t) { is_first = true; },
      [&](std::int64_t window, std::int64_t element, std::int64_t cell) {
        const T* const x = images + cell * channels;
        T* const y = maps + window * channels;
        std::int32_t* const which = taken ? taken + window * channels : nullptr;
        const auto number = static_cast<std::int32_t>(element);
        if (is_first) {
          std::copy_n(x, channels, y);
          if (which) std::fill_n(which, channels, number);
        } else {
          if (which)
            for (std::int64_t c = 0; c < channels; ++c) which[c] = is_larger(y[c], x[c]) ? number : which[c];
          for (std::int64_t c = 0; c < channels; ++c) y[c] = is_larger(y[c], x[c]) ? x[c] : y[c];
        }
        is_first = false;
      });
}

template <class T>
void pick_taken(const Pooling& p, const T* images, const std::int32_t* taken, T* maps) {
  for_each_tap(p.windows, nothing, [&](std::int64_t window, std::int64_t element, std::int64_t cell) {
    const T* const x = images + cell * p.channels;
    T* const y = maps + window * p.channels;
    const std::int32_t* const which = taken + window * p.channels;
    const auto number = static_cast<std::int32_t>(element);
    for (std::int64_t c = 0; c < p.channels; ++c) y[c] = which[c] == number ? x[c] : y[c];
  });
}

template <class T>
void place_taken(const Pooling& p, const T* maps, const std::int32_t* taken, T* images) {
  T* const sums = cleared(p, images);
  for_each_tap(p.windows, nothing, [&](std::int64_t window, std::int64_t element, std::int64_t cell) {
    T* const x = sums + cell * p.channels;
    const T* const y = maps + window * p.channels;
    const std::int32_t* const which = taken + window * p.channels;
    const auto number = static_cast<std::int32_t>(element);
    for (std::int64_t c = 0; c < p.channels; ++c) x[c] += which[c] == number ? y[c] : T();
  });
}

template <class T>
void pool_average(const Pooling& p, const T* images, T* maps) {
  std::int64_t left = 0;
  T count = 0;
  for_each_tap(
      p.windows,
      [&](std::int64_t window, std::int64_t elements) {
        left = elements;
        count = static_cast<T>(elements);
        std::fill_n(maps + window * p.channels, p.channels, T());
      },
      [&](std::int64_t window, std::int64_t, std::int64_t cell) {
        const T* const x = images + cell * p.channels;
        T* const y = maps + window * p.channels;
        for (std::int64_t c = 0; c < p.channels; ++c) y[c] += x[c];
        if (--left > 0) return;
        for (std::int64_t c = 0; c < p.channels; ++c) y[c] /= count;
      });
}

template <class T>
void spread_average(const Pooling& p, const T* maps, T* images) {
  T* const sums = cleared(p, images);
  T count = 0;
  for_each_tap(
      p.windows, [&](std::int64_t, std::int64_t elements) { count = static_cast<T>(elements); },
      [&](std::int64_t window, std::int64_t, std::int64_t cell) {
        T* const x = sums + cell * p.channels;
        const T* const y = maps + window * p.channels;
        for (std::int64_t c = 0; c < p.channels; ++c) x[c] += y[c] / count;
      });
}

template void pool_max<std::int32_t>(const Pooling&, const std::int32_t*, std::int32_t*, std::int32_t*);
template void pool_max<std::int64_t>(const Pooling&, const std::int64_t*, std::int64_t*, std::int32_t*);
#define CORNU_FOR(T)                                                               \
  template void pool_max<T>(const Pooling&, const T*, T*, std::int32_t*);          \
  template void pick_taken<T>(const Pooling&, const T*, const std::int32_t*, T*);  \
  template void place_taken<T>(const Pooling&, const T*, const std::int32_t*, T*); \
  template void pool_average<T>(const Pooling&, const T*, T*);                     \
  template void spread_average<T>(const Pooling&, const T*, T*);
CORNU_FOR(float)
CORNU_FOR(double)
#undef CORNU_FOR

}  // namespace cornu::kernels
