#include <cornu/framework/kernels/pooling.hpp>

#include <algorithm>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/table.hpp>
#include <cornu/framework/kernels/window_runs.hpp>

namespace cornu::kernels {

namespace {

constexpr double nanoseconds_an_element = 0.2;  // of a window, about, on a core

// The windows of a row that lie wholly within the image's columns: the others are its first and its last ones.
Taps whole_windows(const WindowAxis& axis) {
  std::int64_t reach = 0;  // from a window's first element to its last; more than 2^63 is in no image
  const std::int64_t begin = std::min(axis.before / axis.stride + (axis.before % axis.stride > 0), axis.count);
  if (__builtin_mul_overflow(axis.size - 1, axis.dilation, &reach)) return {begin, begin};
  const std::int64_t left = axis.extent + axis.before - reach;
  return {begin, std::clamp(left > 0 ? (left - 1) / axis.stride + 1 : 0, begin, axis.count)};
}

// From one to the next of so many. One alone may have any distance: no memory was taken for it.
std::int64_t distance(std::int64_t count, std::int64_t cells, std::int64_t elements) {
  return count > 1 ? cells * elements : 0;
}

// Where a run begins, in the images and in the maps.
struct RunPlace {
  std::int64_t image, map;
};

template <class F>
void run_of(const Pooling& p, std::int64_t window, std::int64_t windows, const F& f) {
  const auto& axes = p.windows.axes;
  const WindowPlace at(p.windows, window);
  const std::int64_t places[] = {at.depth, at.row, at.column};
  const std::int64_t cells[] = {axes[1].extent * axes[2].extent, axes[2].extent, 1};
  const std::int64_t elements[] = {axes[1].size * axes[2].size, axes[2].size, 1};
  WindowRun run{.windows = windows, .step = distance(windows, axes[2].stride, p.channels), .channels = p.channels};
  std::int64_t cell = at.image * p.windows.cells();
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const Taps taps = axes[i].taps(places[i]);
    run.first += taps.begin * elements[i];
    run.counts[i] = taps.count();
    run.strides[i] = distance(taps.count(), axes[i].dilation, cells[i] * p.channels);
    if (taps.count() > 0) cell += (axes[i].first(places[i]) + taps.begin * axes[i].dilation) * cells[i];
    run.numbers[i] = elements[i];
  }
  f(run, RunPlace{cell * p.channels, window * p.channels});
}

// f(run, where it begins) for the windows of some rows, in order
template <class F>
void for_each_run(const Pooling& p, std::int64_t first_row, std::int64_t last_row, const F& f) {
  const WindowAxis& columns = p.windows.axes[2];
  const Taps whole = whole_windows(columns);
  for (std::int64_t row = first_row * columns.count; row < last_row * columns.count; row += columns.count) {
    for (std::int64_t i = 0; i < whole.begin; ++i) run_of(p, row + i, 1, f);
    if (whole.count() > 0) run_of(p, row + whole.begin, whole.count(), f);
    for (std::int64_t i = whole.end; i < columns.count; ++i) run_of(p, row + i, 1, f);
  }
}

// Calls work(first, last) for pieces of `count` equal parts of all windows, on several threads.
template <class Work>
void in_pieces(const Pooling& p, std::int64_t count, const Work& work) {
  const std::int64_t elements = std::min(p.windows.size(), p.windows.cells()) * p.channels;
  const double all = static_cast<double>(p.windows.batch * p.windows.count()) * static_cast<double>(elements);
  const auto parts = static_cast<double>(std::max<std::int64_t>(count, 1));
  detail::parallel_for(count, detail::grain_of(1 + all * nanoseconds_an_element / parts), work);
}

// work(first row, last row) for all rows of windows
template <class Work>
void by_rows(const Pooling& p, const Work& work) {
  in_pieces(p, p.windows.batch * p.windows.axes[0].count * p.windows.axes[1].count, work);
}

// work(first window, last window) for all of them
template <class Work>
void by_windows(const Pooling& p, const Work& work) {
  in_pieces(p, p.windows.batch * p.windows.count(), work);
}

// work(first image, last image) for all of them
template <class Work>
void by_images(const Pooling& p, const Work& work) {
  in_pieces(p, p.windows.batch, work);
}

constexpr auto nothing = [](std::int64_t, std::int64_t) {};

template <class T>
void clear(const Pooling& p, std::int64_t first, std::int64_t last, T* images) {
  const std::int64_t size = p.windows.cells() * p.channels;
  std::fill_n(images + first * size, (last - first) * size, T());
}

}  // namespace

template <class T>
void pool_max(const Pooling& p, const T* images, T* maps, std::int32_t* taken) {
  const PoolingKernels<T>& kernels = table<PoolingKernels<T>>();
  by_rows(p, [&](std::int64_t first, std::int64_t last) {
    for_each_run(p, first, last, [&](const WindowRun& run, const RunPlace& at) {
      kernels.largest(run, images + at.image, maps + at.map, taken ? taken + at.map : nullptr);
    });
  });
}

template <class T>
void pick_taken(const Pooling& p, const T* images, const std::int32_t* taken, T* maps) {
  const auto pick = [&](std::int64_t window, std::int64_t element, std::int64_t cell) {
    const T* const x = images + cell * p.channels;
    T* const y = maps + window * p.channels;
    const std::int32_t* const which = taken + window * p.channels;
    const auto number = static_cast<std::int32_t>(element);
    for (std::int64_t c = 0; c < p.channels; ++c) y[c] = which[c] == number ? x[c] : y[c];
  };
  by_windows(p, [&](std::int64_t first, std::int64_t last) { for_each_tap(p.windows, first, last, nothing, pick); });
}

namespace {

// Windows that meet and do not overlap.
bool are_tiles(const Windows& windows) {
  return std::all_of(windows.axes.begin(), windows.axes.end(),
                     [](const WindowAxis& axis) { return axis.size == axis.stride && axis.dilation == 1; });
}

// Too few to cut by: tiles are cut by rows then.
bool has_few_images(const Pooling& p) { return p.windows.batch < 8; }

std::int64_t end_of_tiles(const WindowAxis& axis) {
  return std::min(axis.extent, axis.count * axis.stride - axis.before);
}

// Zeros where no tile lies: behind the last ones.
template <class T>
void clear_behind_tiles(const Pooling& p, std::int64_t first, std::int64_t last, T* images) {
  const WindowAxis &depths = p.windows.axes[0], &rows = p.windows.axes[1], &columns = p.windows.axes[2];
  const std::int64_t line = columns.extent * p.channels, end = end_of_tiles(columns) * p.channels;
  for (std::int64_t i = first * depths.extent * rows.extent; i < last * depths.extent * rows.extent; ++i) {
    const std::int64_t depth = i / rows.extent % depths.extent, row = i % rows.extent;
    const bool is_behind = depth >= end_of_tiles(depths) || row >= end_of_tiles(rows);
    std::fill(images + i * line + (is_behind ? 0 : end), images + (i + 1) * line, T());
  }
}

}  // namespace

template <class T>
void place_taken(const Pooling& p, const T* maps, const std::int32_t* taken, T* images) {
  const PoolingGradientKernels<T>& kernels = table<PoolingGradientKernels<T>>();
  const bool tiles = are_tiles(p.windows);
  const auto place = [&](std::int64_t first, std::int64_t last) {
    for_each_run(p, first, last, [&](const WindowRun& run, const RunPlace& at) {
      kernels.place(run, maps + at.map, taken + at.map, !tiles, images + at.image);
    });
  };
  if (tiles && has_few_images(p)) {
    clear_behind_tiles(p, 0, p.windows.batch, images);
    return by_rows(p, place);
  }
  const std::int64_t rows = p.windows.axes[0].count * p.windows.axes[1].count;
  by_images(p, [&](std::int64_t first, std::int64_t last) {
    tiles ? clear_behind_tiles(p, first, last, images) : clear(p, first, last, images);
    place(first * rows, last * rows);
  });
}

namespace {

// maps = the means of some windows
template <class T>
void average_windows(const Pooling& p, std::int64_t first, std::int64_t last, const T* images, T* maps) {
  std::int64_t left = 0;
  T count = 0;
  for_each_tap(
      p.windows, first, last,
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

// images += what the means of some windows pass back
template <class T>
void spread_windows(const Pooling& p, std::int64_t first, std::int64_t last, const T* maps, T* images) {
  T count = 0;
  for_each_tap(
      p.windows, first, last, [&](std::int64_t, std::int64_t elements) { count = static_cast<T>(elements); },
      [&](std::int64_t window, std::int64_t, std::int64_t cell) {
        T* const x = images + cell * p.channels;
        const T* const y = maps + window * p.channels;
        for (std::int64_t c = 0; c < p.channels; ++c) x[c] += y[c] / count;
      });
}

}  // namespace

template <class T>
void pool_average(const Pooling& p, const T* images, T* maps) {
  by_windows(p, [&](std::int64_t first, std::int64_t last) { average_windows(p, first, last, images, maps); });
}

template <class T>
void spread_average(const Pooling& p, const T* maps, T* images) {
  if (are_tiles(p.windows) && has_few_images(p)) {
    clear(p, 0, p.windows.batch, images);
    return by_windows(p, [&](std::int64_t first, std::int64_t last) { spread_windows(p, first, last, maps, images); });
  }
  by_images(p, [&](std::int64_t first, std::int64_t last) {
    clear(p, first, last, images);
    spread_windows(p, first * p.windows.count(), last * p.windows.count(), maps, images);
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
