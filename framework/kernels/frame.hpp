#pragma once
// Internal: images with margins of zeros, as convolutions read them.
#include <algorithm>
#include <array>
#include <cstdint>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/convolution.hpp>

namespace cornu::kernels::in_place {

// The cells that windows look at, from the first to the last.
inline std::int64_t reached(const WindowAxis& axis) {
  return axis.count == 0 ? 0 : (axis.count - 1) * axis.stride + (axis.size - 1) * axis.dilation + 1;
}

// An image as windows walk it: where it lies, or with zeros around it.
struct Frame {
  explicit Frame(const Convolution& c) {
    for (const WindowAxis& axis : c.windows.axes) is_copy |= axis.before != 0 || reached(axis) > axis.extent;
    for (std::size_t i = 0; i < extents.size(); ++i)
      extents[i] = is_copy ? reached(c.windows.axes[i]) : c.windows.axes[i].extent;
    line = extents[2] * c.channels;
  }
  std::int64_t lines() const { return extents[0] * extents[1]; }
  std::int64_t size() const { return lines() * line; }
  // Of the cell (depth, row, column).
  std::int64_t place(std::int64_t depth, std::int64_t row, std::int64_t column, std::int64_t channels) const {
    return (depth * extents[1] + row) * line + column * channels;
  }
  std::array<std::int64_t, 3> extents{};
  std::int64_t line = 0;  // elements
  bool is_copy = false;
};

// The line of the image that lies at a line of the frame, or -1.
inline std::int64_t line_of_image(const Convolution& c, const Frame& frame, std::int64_t line) {
  const WindowAxis &depths = c.windows.axes[0], &rows = c.windows.axes[1];
  const std::int64_t depth = line / frame.extents[1] - depths.before, row = line % frame.extents[1] - rows.before;
  const bool is_inside = depth >= 0 && depth < depths.extent && row >= 0 && row < rows.extent;
  return is_inside ? depth * rows.extent + row : -1;
}

// The elements of a line of the frame that the image has: they begin there, and in the image's line at `skipped`.
struct Inside {
  Inside(const Convolution& c, const Frame& frame) {
    const WindowAxis& columns = c.windows.axes[2];
    begin = std::min(columns.before, frame.extents[2]) * c.channels;
    end = std::clamp((columns.before + columns.extent) * c.channels, begin, frame.line);
  }
  std::int64_t begin, end;
};

template <class T>
void put_line(const Inside& inside, const Frame& frame, const T* from, T* to) {
  if (!from) {
    std::fill_n(to, frame.line, T());
    return;
  }
  std::fill_n(to, inside.begin, T());
  std::copy_n(from, inside.end - inside.begin, to + inside.begin);
  std::fill_n(to + inside.end, frame.line - inside.end, T());
}

// Where the image is as windows walk it: in its place, or in the copy that is made of it.
template <class T>
const T* framed(const Convolution& c, const Frame& frame, const T* image, T* copy) {
  if (!frame.is_copy) return image;
  const Inside inside(c, frame);
  const std::int64_t line = c.windows.axes[2].extent * c.channels;
  const std::int64_t grain =
      std::max<std::int64_t>(1, detail::elements_a_piece() / std::max<std::int64_t>(frame.line, 1));
  detail::parallel_for(frame.lines(), grain, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      const std::int64_t from = line_of_image(c, frame, i);
      put_line(inside, frame, from < 0 ? nullptr : image + from * line, copy + i * frame.line);
    }
  });
  return copy;
}

}  // namespace cornu::kernels::in_place
