#include <cornu/framework/kernels/in_place.hpp>

#include <algorithm>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/in_place_terms.hpp>
#include <cornu/framework/kernels/table.hpp>

namespace cornu::kernels::in_place {

namespace {

constexpr std::int64_t most_products = 1 << 19;  // of a window and the filters, which stay in the second cache

bool is_large(const Convolution& c) {
  return c.windows.size() * c.channels > most_products / std::max<std::int64_t>(c.filters, 1);
}

// Not where little of the frame is the image's.
bool frame_pays(const Convolution& c) {
  double cells = 1;
  for (const WindowAxis& axis : c.windows.axes) cells *= static_cast<double>(reached(axis));
  return cells <= 4096 + 2 * static_cast<double>(c.windows.cells());
}

}  // namespace

bool can_do(const Convolution& c) {
  const WindowAxis &depths = c.windows.axes[0], &rows = c.windows.axes[1], &columns = c.windows.axes[2];
  if (c.groups != 1 || depths.size > most_terms || rows.size > most_terms || columns.size > most_terms) return false;
  return depths.size * rows.size * (columns.dilation == 1 ? 1 : columns.size) <= most_terms && frame_pays(c);
}

namespace {

bool has_rows_of_windows(const Convolution& c) {
  return can_do(c) && !c.windows.are_single_cells() && c.windows.axes[2].count >= 4 && !is_large(c);
}

}  // namespace

bool pays_for_maps(const Convolution& c) { return has_rows_of_windows(c) && c.filters >= 8; }
bool pays_for_images(const Convolution& c) { return has_rows_of_windows(c) && c.channels >= 8; }
bool pays_for_filters(const Convolution& c) { return has_rows_of_windows(c) && c.filters >= 8; }

std::int64_t packed_elements(const Convolution& c) {
  const std::int64_t size = c.windows.size();
  const std::int64_t for_maps = pays_for_maps(c) ? size * c.channels * panels(c.filters, widest_panel) : 0;
  const std::int64_t for_images = pays_for_images(c) ? size * c.filters * panels(c.channels, widest_panel) : 0;
  return std::max(for_maps, for_images) * widest_panel;
}

std::int64_t scratch_elements(const Convolution& c) {
  const Frame frame(c);
  return frame.is_copy ? frame.size() : 0;
}

namespace {

// put(row, panel's first column, its columns, place) for the rows of all panels, one after the other.
template <class T, class Put>
void pack(std::int64_t rows, std::int64_t columns, T* packed, const Put& put) {
  const std::int64_t panel = table<BlockKernels<T>>().panel;
  const std::int64_t grain = std::max<std::int64_t>(1, detail::elements_a_piece() / panel);
  detail::parallel_for(panels(columns, panel) * rows, grain, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      const std::int64_t column = i / rows * panel;
      put(i % rows, column, std::min(panel, columns - column), packed + i * panel);
    }
  });
}

// Elements that lie apart, in a row as wide as a panel.
template <class T>
void put_column(const T* from, std::int64_t stride, std::int64_t columns, std::int64_t panel, T* to) {
  for (std::int64_t j = 0; j < columns; ++j) to[j] = from[j * stride];
  std::fill(to + columns, to + panel, T());
}

}  // namespace

template <class T>
void pack_for_maps(const Convolution& c, const T* filters, T* packed) {
  const std::int64_t panel = table<BlockKernels<T>>().panel;
  pack(c.windows.size() * c.channels, c.filters, packed,
       [&](std::int64_t row, std::int64_t first, std::int64_t columns, T* to) {
         put_row(filters + row * c.filters + first, columns, panel, to);
       });
}

template <class T>
void pack_for_images(const Convolution& c, const T* filters, T* packed) {
  const std::int64_t panel = table<BlockKernels<T>>().panel;
  pack(c.windows.size() * c.filters, c.channels, packed,
       [&](std::int64_t row, std::int64_t first, std::int64_t columns, T* to) {
         const std::int64_t element = row / c.filters, filter = row % c.filters;
         put_column(filters + (element * c.channels + first) * c.filters + filter, c.filters, columns, panel, to);
       });
}

#define CORNU_FOR(T)                                                \
  template void pack_for_maps<T>(const Convolution&, const T*, T*); \
  template void pack_for_images<T>(const Convolution&, const T*, T*);
CORNU_FOR(float)
CORNU_FOR(double)
#undef CORNU_FOR

}  // namespace cornu::kernels::in_place
