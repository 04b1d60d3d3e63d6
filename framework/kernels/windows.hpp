#pragma once
// Internal: where windows lie that slide over images. Plain data: kernels of every build may include it.
#include <array>
#include <cstdint>

namespace cornu::kernels {

/// The elements of a window that are there: begin … end-1 of them.
struct Taps {
  std::int64_t begin, end;
  std::int64_t count() const { return end - begin; }
};

/// Along one axis: `count` windows over `extent` elements. Element k of window i, 0 ≤ k < size, is i·stride − before +
/// k·dilation of the image; those outside of it are not there.
struct WindowAxis {
  std::int64_t extent = 1, count = 1, size = 1, stride = 1, dilation = 1, before = 0;

  std::int64_t first(std::int64_t window) const { return window * stride - before; }
  Taps taps(std::int64_t window) const {
    const std::int64_t start = first(window), left = extent - start;
    const std::int64_t begin = start < 0 ? steps(-start) : 0, end = left > 0 ? steps(left) : 0;
    return {begin < size ? begin : size, end < begin ? begin : end < size ? end : size};
  }

 private:
  std::int64_t steps(std::int64_t distance) const { return (distance - 1) / dilation + 1; }
};

/// Along depth, rows and columns; an image without some of them has one element and one window there.
struct Windows {
  std::array<WindowAxis, 3> axes;
  std::int64_t batch = 0;

  std::int64_t cells() const { return axes[0].extent * axes[1].extent * axes[2].extent; }  ///< of an image
  std::int64_t count() const { return axes[0].count * axes[1].count * axes[2].count; }     ///< of windows of an image
  std::int64_t size() const { return axes[0].size * axes[1].size * axes[2].size; }         ///< of a window
  bool are_single_cells() const {
    for (const WindowAxis& axis : axes)
      if (axis.size != 1 || axis.stride != 1 || axis.before != 0 || axis.extent != axis.count) return false;
    return true;
  }
};

/// Where a window lies, by its number in a batch.
struct WindowPlace {
  std::int64_t image, depth, row, column;
  WindowPlace(const Windows& windows, std::int64_t number)
      : image(number / windows.count()), depth(0), row(0), column(number % windows.axes[2].count) {
    number = number % windows.count() / windows.axes[2].count;
    row = number % windows.axes[1].count;
    depth = number / windows.axes[1].count;
  }
};

/// Calls begin(window, elements) for the windows first … last − 1 of the batch, then tap(window, element of the window,
/// cell of the batch) for each of a window's elements that is there, in order.
template <class Begin, class Tap>
void for_each_tap(const Windows& windows, std::int64_t first, std::int64_t last, const Begin& begin, const Tap& tap) {
  const WindowAxis &depths = windows.axes[0], &rows = windows.axes[1], &columns = windows.axes[2];
  for (std::int64_t window = first; window < last; ++window) {
    const WindowPlace at(windows, window);
    const Taps in_depth = depths.taps(at.depth), in_rows = rows.taps(at.row), in_columns = columns.taps(at.column);
    begin(window, in_depth.count() * in_rows.count() * in_columns.count());
    for (std::int64_t i = in_depth.begin; i < in_depth.end; ++i)
      for (std::int64_t j = in_rows.begin; j < in_rows.end; ++j) {
        const std::int64_t depth = at.image * depths.extent + depths.first(at.depth) + i * depths.dilation;
        const std::int64_t row = depth * rows.extent + rows.first(at.row) + j * rows.dilation;
        const std::int64_t cell = row * columns.extent + columns.first(at.column),
                           element = (i * rows.size + j) * columns.size;
        for (std::int64_t k = in_columns.begin; k < in_columns.end; ++k)
          tap(window, element + k, cell + k * columns.dilation);
      }
  }
}

}  // namespace cornu::kernels
