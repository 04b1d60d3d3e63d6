#pragma once
// Internal: images with margins of zeros, as convolutions read them.
#include <algorithm>
#include <array>
#include <cstdint>

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

// f(a line of the frame, the line of the image that lies there or -1)
template <class F>
void for_each_line(const Convolution& c, const Frame& frame, const F& f) {
  const WindowAxis &depths = c.windows.axes[0], &rows = c.windows.axes[1];
  for (std::int64_t d = 0; d < frame.extents[0]; ++d)
    for (std::int64_t r = 0; r < frame.extents[1]; ++r) {
      const std::int64_t depth = d - depths.before, row = r - rows.before;
      const bool inside = depth >= 0 && depth < depths.extent && row >= 0 && row < rows.extent;
      f(d * frame.extents[1] + r, inside ? depth * rows.extent + row : -1);
    }
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

// Where the image is as windows walk it: in its place, or in the copy that is made of it.
template <class T>
const T* framed(const Convolution& c, const Frame& frame, const T* image, T* copy) {
  if (!frame.is_copy) return image;
  const Inside inside(c, frame);
  const std::int64_t line = c.windows.axes[2].extent * c.channels;
  for_each_line(c, frame, [&](std::int64_t to, std::int64_t from) {
    T* const out = copy + to * frame.line;
    if (from < 0) {
      std::fill_n(out, frame.line, T());
      return;
    }
    std::fill_n(out, inside.begin, T());
    std::copy_n(image + from * line, inside.end - inside.begin, out + inside.begin);
    std::fill_n(out + inside.end, frame.line - inside.end, T());
  });
  return copy;
}

// The image's part of a frame.
template <class T>
void take_out(const Convolution& c, const Frame& frame, const T* copy, T* image) {
  const Inside inside(c, frame);
  const std::int64_t line = c.windows.axes[2].extent * c.channels;
  for_each_line(c, frame, [&](std::int64_t from, std::int64_t to) {
    if (to >= 0) std::copy_n(copy + from * frame.line + inside.begin, inside.end - inside.begin, image + to * line);
  });
}

}  // namespace cornu::kernels::in_place
