#include <cornu/framework/kernels/in_place.hpp>

#include <algorithm>

#include <cornu/framework/kernels/blocks.hpp>
#include <cornu/framework/kernels/frame.hpp>
#include <cornu/framework/kernels/table.hpp>

namespace cornu::kernels::in_place {

namespace {

constexpr std::int64_t most_terms = 64;      // of a block: pieces of a window, or rows of windows
constexpr std::int64_t longest_sum = 1024;   // products that are added one after the other
constexpr std::int64_t windows_a_sum = 256;  // of the filters' gradient
constexpr std::int64_t widest_panel = 32;    // of any build, for float and double

// Elements that lie side by side both in the frame and in a filter.
struct Piece {
  std::int64_t in_frame, in_filter, length;
};
struct Pieces {
  Pieces(const Convolution& c, const Frame& frame) {
    const WindowAxis &depths = c.windows.axes[0], &rows = c.windows.axes[1], &columns = c.windows.axes[2];
    const std::int64_t cells = columns.dilation == 1 ? columns.size : 1;
    for (std::int64_t i = 0; i < depths.size; ++i)
      for (std::int64_t j = 0; j < rows.size; ++j)
        for (std::int64_t k = 0; k < columns.size; k += cells)
          pieces[count++] = {frame.place(i * depths.dilation, j * rows.dilation, k * columns.dilation, c.channels),
                             ((i * rows.size + j) * columns.size + k) * c.channels, cells * c.channels};
  }
  const Piece* begin() const { return pieces.data(); }
  const Piece* end() const { return pieces.data() + count; }
  std::array<Piece, most_terms> pieces;
  std::size_t count = 0;
};

template <class T>
struct Terms {
  void add(const Term<T>& term) { terms[count++] = term; }
  std::array<Term<T>, most_terms> terms;
  std::size_t count = 0;
};

// The block by these terms, no more than `longest_sum` products to a sum.
template <class T>
void multiply(const BlockKernels<T>& kernels, Block<T> block, const Terms<T>& terms) {
  std::int64_t steps = 0;
  for (std::size_t t = 0; t < terms.count; ++t) steps += terms.terms[t].steps;
  if (steps <= longest_sum) {
    block.terms = terms.terms.data();
    block.term_count = static_cast<std::int64_t>(terms.count);
    kernels.multiply(block);
    return;
  }
  const Block<T> last = block;
  block.bias = nullptr;
  block.relu = false;
  block.term_count = 1;
  for (std::size_t t = 0; t < terms.count; ++t) {
    const Term<T>& term = terms.terms[t];
    for (std::int64_t first = 0; first < term.steps; first += longest_sum) {
      const Term<T> part{term.a + first * block.a_step, term.b + first * block.b_step,
                         std::min(longest_sum, term.steps - first)};
      const bool is_last = t + 1 == terms.count && first + part.steps == term.steps;
      if (is_last) block.bias = last.bias, block.relu = last.relu;
      block.terms = &part;
      kernels.multiply(block);
      block.keep = true;
    }
  }
}

std::int64_t panels(std::int64_t columns, std::int64_t panel) { return (columns + panel - 1) / panel; }

// `columns` elements, in a row as wide as a panel; and such that lie apart.
template <class T>
void put_row(const T* from, std::int64_t columns, std::int64_t panel, T* to) {
  std::copy_n(from, columns, to);
  if (columns < panel) std::fill(to + columns, to + panel, T());
}
template <class T>
void put_column(const T* from, std::int64_t stride, std::int64_t columns, std::int64_t panel, T* to) {
  for (std::int64_t j = 0; j < columns; ++j) to[j] = from[j * stride];
  std::fill(to + columns, to + panel, T());
}

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
  return (frame.is_copy ? frame.size() : 0) + windows_a_sum * panels(c.filters, widest_panel) * widest_panel;
}

template <class T>
void pack_for_maps(const Convolution& c, const T* filters, T* packed) {
  const std::int64_t panel = table<BlockKernels<T>>().panel, width = c.windows.size() * c.channels;
  for (std::int64_t first = 0; first < c.filters; first += panel)
    for (std::int64_t k = 0; k < width; ++k, packed += panel)
      put_row(filters + k * c.filters + first, std::min(panel, c.filters - first), panel, packed);
}

template <class T>
void pack_for_images(const Convolution& c, const T* filters, T* packed) {
  const std::int64_t panel = table<BlockKernels<T>>().panel;
  for (std::int64_t first = 0; first < c.channels; first += panel)
    for (std::int64_t element = 0; element < c.windows.size(); ++element)
      for (std::int64_t f = 0; f < c.filters; ++f, packed += panel)
        put_column(filters + (element * c.channels + first) * c.filters + f, c.filters,
                   std::min(panel, c.channels - first), panel, packed);
}

template <class T>
void convolve(const Convolution& c, const T* image, const T* packed, const Finish<T>& finish, T* maps, T* scratch) {
  const BlockKernels<T>& kernels = table<BlockKernels<T>>();
  const WindowAxis &depths = c.windows.axes[0], &rows = c.windows.axes[1], &columns = c.windows.axes[2];
  const Frame frame(c);
  const Pieces pieces(c, frame);
  const T* const x = framed(c, frame, image, scratch);
  const std::int64_t panel = kernels.panel;
  for (std::int64_t first = 0; first < c.filters; first += panel, packed += c.windows.size() * c.channels * panel)
    for (std::int64_t line = 0; line < depths.count * rows.count; ++line) {
      const T* const from = x + frame.place(line / rows.count * depths.stride, line % rows.count * rows.stride, 0, 0);
      Terms<T> terms;
      for (const Piece& piece : pieces)
        terms.add({from + piece.in_frame, packed + piece.in_filter * panel, piece.length});
      multiply(kernels,
               {.rows = columns.count,
                .columns = std::min(panel, c.filters - first),
                .a_row = columns.stride * c.channels,
                .b_step = panel,
                .out_row = c.filters,
                .bias = finish.bias ? finish.bias + first : nullptr,
                .relu = finish.relu,
                .out = maps + line * columns.count * c.filters + first},
               terms);
    }
}

namespace {

// The windows along an axis whose element lies at this place of the frame: none, or the one.
bool find_window(const WindowAxis& axis, std::int64_t place, std::int64_t element, std::int64_t& window) {
  const std::int64_t distance = place - element * axis.dilation;
  if (distance < 0) return false;
  window = axis.stride == 1 ? distance : distance / axis.stride;
  return window < axis.count && window * axis.stride == distance;
}

// What the k-th elements of windows' rows give to a line of the frame: the products of whole rows of maps.
template <class T>
Terms<T> terms_of_line(const Convolution& c, const T* maps, const T* packed, std::int64_t panel, std::int64_t depth,
                       std::int64_t row, std::int64_t k) {
  const WindowAxis &depths = c.windows.axes[0], &rows = c.windows.axes[1], &columns = c.windows.axes[2];
  Terms<T> terms;
  std::int64_t a = 0, b = 0;
  for (std::int64_t i = 0; i < depths.size; ++i) {
    if (!find_window(depths, depth, i, a)) continue;
    for (std::int64_t j = 0; j < rows.size; ++j)
      if (find_window(rows, row, j, b))
        terms.add({maps + (a * rows.count + b) * columns.count * c.filters,
                   packed + ((i * rows.size + j) * columns.size + k) * c.filters * panel, c.filters});
  }
  return terms;
}

template <class T>
void fill_cells(const T* bias, std::int64_t cells, std::int64_t channels, T* image) {
  if (!bias) {
    std::fill_n(image, cells * channels, T());
    return;
  }
  for (std::int64_t i = 0; i < cells; ++i) std::copy_n(bias, channels, image + i * channels);
}

}  // namespace

template <class T>
void convolve_back(const Convolution& c, const T* maps, const T* packed, const T* bias, T* image, T* scratch) {
  const BlockKernels<T>& kernels = table<BlockKernels<T>>();
  const WindowAxis& columns = c.windows.axes[2];
  const Frame frame(c);
  T* const sums = frame.is_copy ? scratch : image;
  const std::int64_t panel = kernels.panel;
  fill_cells(bias, c.windows.cells(), c.channels, image);
  if (frame.is_copy) fill_cells(bias, frame.lines() * frame.extents[2], c.channels, sums);
  for (std::int64_t first = 0; first < c.channels; first += panel, packed += c.windows.size() * c.filters * panel)
    for (std::int64_t k = 0; k < columns.size; ++k)
      for (std::int64_t line = 0; line < frame.lines(); ++line) {
        const std::int64_t depth = line / frame.extents[1], row = line % frame.extents[1];
        const Terms<T> terms = terms_of_line(c, maps, packed, panel, depth, row, k);
        if (terms.count == 0) continue;
        multiply(kernels,
                 {.rows = columns.count,
                  .columns = std::min(panel, c.channels - first),
                  .a_row = c.filters,
                  .b_step = panel,
                  .out_row = columns.stride * c.channels,
                  .keep = true,
                  .out = sums + frame.place(depth, row, k * columns.dilation, c.channels) + first},
                 terms);
      }
  if (frame.is_copy) take_out(c, frame, sums, image);
}

namespace {

// Some rows of windows, or a part of one: no more than `windows_a_sum`.
struct Chunk {
  std::int64_t line, lines, column, columns;
};
template <class F>
void for_each_chunk(const Convolution& c, const F& f) {
  const std::int64_t lines = c.windows.axes[0].count * c.windows.axes[1].count, columns = c.windows.axes[2].count;
  if (columns == 0) return;
  const std::int64_t together = std::clamp<std::int64_t>(windows_a_sum / columns, 1, most_terms);
  for (std::int64_t line = 0; line < lines; line += together)
    for (std::int64_t column = 0; column < columns; column += windows_a_sum)
      f(Chunk{line, std::min(together, lines - line), column, std::min(windows_a_sum, columns - column)});
}

// A chunk's maps in panels, or where they are if they are one.
template <class T>
struct ChunkOfMaps {
  const T* first;
  std::int64_t window, line, panel;  // elements to the next one
};
template <class T>
ChunkOfMaps<T> maps_of(const Convolution& c, const Chunk& chunk, const T* maps, const BlockKernels<T>& kernels,
                       T* scratch) {
  const std::int64_t columns = c.windows.axes[2].count, panel = kernels.panel;
  const T* const from = maps + (chunk.line * columns + chunk.column) * c.filters;
  if (c.filters <= panel && c.filters % kernels.vector == 0) return {from, c.filters, columns * c.filters, 0};
  T* to = scratch;
  for (std::int64_t first = 0; first < c.filters; first += panel)
    for (std::int64_t i = 0; i < chunk.lines; ++i)
      for (std::int64_t j = 0; j < chunk.columns; ++j, to += panel)
        put_row(from + (i * columns + j) * c.filters + first, std::min(panel, c.filters - first), panel, to);
  return {scratch, panel, chunk.columns * panel, chunk.lines * chunk.columns * panel};
}

}  // namespace

template <class T>
void correlate(const Convolution& c, const T* image, const T* maps, T* filters, T* scratch) {
  if (c.channels == 0 || c.filters == 0) return;
  const BlockKernels<T>& kernels = table<BlockKernels<T>>();
  const WindowAxis &depths = c.windows.axes[0], &rows = c.windows.axes[1], &columns = c.windows.axes[2];
  const Frame frame(c);
  const Pieces pieces(c, frame);
  const T* const x = framed(c, frame, image, scratch);
  const std::int64_t panel = kernels.panel, step = columns.stride * c.channels;
  T* const padded = scratch + (frame.is_copy ? frame.size() : 0);
  for_each_chunk(c, [&](const Chunk& chunk) {
    const ChunkOfMaps<T> own = maps_of(c, chunk, maps, kernels, padded);
    std::array<std::int64_t, most_terms> places;  // where its rows of windows begin
    for (std::int64_t i = 0; i < chunk.lines; ++i)
      places[static_cast<std::size_t>(i)] =
          frame.place((chunk.line + i) / rows.count * depths.stride, (chunk.line + i) % rows.count * rows.stride,
                      chunk.column * columns.stride, c.channels);
    for (std::int64_t first = 0; first < c.filters; first += panel)
      for (const Piece& piece : pieces) {
        Terms<T> terms;
        for (std::int64_t i = 0; i < chunk.lines; ++i)
          terms.add({x + places[static_cast<std::size_t>(i)] + piece.in_frame,
                     own.first + i * own.line + first / panel * own.panel, chunk.columns});
        multiply(kernels,
                 {.rows = piece.length,
                  .columns = std::min(panel, c.filters - first),
                  .a_row = 1,
                  .a_step = step,
                  .b_step = own.window,
                  .out_row = c.filters,
                  .keep = true,
                  .out = filters + piece.in_filter * c.filters + first},
                 terms);
      }
  });
}

#define CORNU_FOR(T)                                                                           \
  template void pack_for_maps<T>(const Convolution&, const T*, T*);                            \
  template void pack_for_images<T>(const Convolution&, const T*, T*);                          \
  template void convolve<T>(const Convolution&, const T*, const T*, const Finish<T>&, T*, T*); \
  template void convolve_back<T>(const Convolution&, const T*, const T*, const T*, T*, T*);    \
  template void correlate<T>(const Convolution&, const T*, const T*, T*, T*);
CORNU_FOR(float)
CORNU_FOR(double)
#undef CORNU_FOR

}  // namespace cornu::kernels::in_place
