#include <cornu/framework/kernels/in_place.hpp>

#include <algorithm>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/in_place_terms.hpp>
#include <cornu/framework/kernels/table.hpp>

namespace cornu::kernels::in_place {

namespace {

// The windows along an axis whose element lies at this place of the frame: none, or the one.
bool find_window(const WindowAxis& axis, std::int64_t place, std::int64_t element, std::int64_t& window) {
  const std::int64_t distance = place - element * axis.dilation;
  if (distance < 0) return false;
  window = axis.stride == 1 ? distance : distance / axis.stride;
  return window < axis.count && window * axis.stride == distance;
}

template <class T>
void fill_cells(const T* bias, std::int64_t cells, std::int64_t channels, T* image) {
  if (!bias) {
    std::fill_n(image, cells * channels, T());
    return;
  }
  for (std::int64_t i = 0; i < cells; ++i) std::copy_n(bias, channels, image + i * channels);
}

// The images' lines, each the sum of what windows' rows give to it.
template <class T>
struct Lines {
  const Convolution& c;
  const Frame frame;
  const T *maps, *packed, *bias;
  T *sums, *image;

  // Of a line of the image, or -1.
  std::int64_t line_of_frame(std::int64_t line) const {
    const WindowAxis &depths = c.windows.axes[0], &rows = c.windows.axes[1];
    const std::int64_t depth = line / rows.extent, row = line % rows.extent;
    if (!frame.is_copy) return line;
    const bool is_inside = depth < frame.extents[0] - depths.before && row < frame.extents[1] - rows.before;
    return is_inside ? (depth + depths.before) * frame.extents[1] + row + rows.before : -1;
  }

  // What the k-th elements of windows' rows give to a line of the frame: the products of whole rows of maps.
  Terms<T> terms_of(std::int64_t line, std::int64_t k, const T* own, std::int64_t panel) const {
    const WindowAxis &depths = c.windows.axes[0], &rows = c.windows.axes[1], &columns = c.windows.axes[2];
    const std::int64_t depth = line / frame.extents[1], row = line % frame.extents[1];
    Terms<T> terms;
    std::int64_t a = 0, b = 0;
    for (std::int64_t i = 0; i < depths.size; ++i) {
      if (!find_window(depths, depth, i, a)) continue;
      for (std::int64_t j = 0; j < rows.size; ++j)
        if (find_window(rows, row, j, b))
          terms.add({maps + (a * rows.count + b) * columns.count * c.filters,
                     own + ((i * rows.size + j) * columns.size + k) * c.filters * panel, c.filters});
    }
    return terms;
  }

  void add_products(const BlockKernels<T>& kernels, std::int64_t line, std::int64_t k, std::int64_t first) const {
    const WindowAxis& columns = c.windows.axes[2];
    const Terms<T> terms = terms_of(line, k, packed + c.windows.size() * c.filters * first, kernels.panel);
    if (terms.count == 0) return;
    multiply(kernels,
             {.rows = columns.count,
              .columns = std::min(kernels.panel, c.channels - first),
              .a_row = c.filters,
              .b_step = kernels.panel,
              .out_row = columns.stride * c.channels,
              .keep = true,
              .out = sums + line * frame.line + k * columns.dilation * c.channels + first},
             terms);
  }

  // f(a line of the image, the line of the frame that it is) for those that windows reach
  template <class F>
  void for_each_line(std::int64_t begin, std::int64_t end, const F& f) const {
    for (std::int64_t i = begin; i < end; ++i)
      if (const std::int64_t line = line_of_frame(i); line >= 0) f(i, line);
  }

  void make(std::int64_t begin, std::int64_t end) const {
    const BlockKernels<T>& kernels = table<BlockKernels<T>>();
    const std::int64_t cells = c.windows.axes[2].extent, width = cells * c.channels;
    fill_cells(bias, (end - begin) * cells, c.channels, image + begin * width);
    if (frame.is_copy)
      for_each_line(begin, end, [&](std::int64_t, std::int64_t line) {
        fill_cells(bias, frame.extents[2], c.channels, sums + line * frame.line);
      });
    for (std::int64_t first = 0; first < c.channels; first += kernels.panel)
      for (std::int64_t k = 0; k < c.windows.axes[2].size; ++k)
        for_each_line(begin, end, [&](std::int64_t, std::int64_t line) { add_products(kernels, line, k, first); });
    if (!frame.is_copy) return;
    const Inside inside(c, frame);
    for_each_line(begin, end, [&](std::int64_t to, std::int64_t line) {
      std::copy_n(sums + line * frame.line + inside.begin, inside.end - inside.begin, image + to * width);
    });
  }
};

}  // namespace

template <class T>
void convolve_back(const Convolution& c, const T* maps, const T* packed, const T* bias, T* image, T* scratch) {
  const Frame frame(c);
  const Lines<T> lines{c, frame, maps, packed, bias, frame.is_copy ? scratch : image, image};
  const std::int64_t count = c.windows.axes[0].extent * c.windows.axes[1].extent;
  detail::parallel_for(count, grain_of_image(c, count),
                       [&](std::int64_t begin, std::int64_t end) { lines.make(begin, end); });
}

#define CORNU_FOR(T) template void convolve_back<T>(const Convolution&, const T*, const T*, const T*, T*, T*);
CORNU_FOR(float)
CORNU_FOR(double)
#undef CORNU_FOR

}  // namespace cornu::kernels::in_place
