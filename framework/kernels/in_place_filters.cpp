#include <cornu/framework/kernels/in_place.hpp>

#include <algorithm>
#include <array>
#include <memory>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/in_place_terms.hpp>
#include <cornu/framework/kernels/table.hpp>

namespace cornu::kernels::in_place {

namespace {

constexpr std::int64_t windows_a_chunk = 256;
constexpr std::int64_t most_sums = std::int64_t{1} << 18;  // elements of all that an image has

// Some rows of windows, or a part of one.
struct Chunk {
  std::int64_t line, lines, column, columns;
};

// An image's windows in chunks, and these in sums: one each, but no more than there is memory for.
struct Chunks {
  explicit Chunks(const Convolution& c)
      : lines(c.windows.axes[0].count * c.windows.axes[1].count), columns(c.windows.axes[2].count) {
    if (lines * columns == 0 || c.channels == 0 || c.filters == 0) return;
    together = std::clamp<std::int64_t>(windows_a_chunk / columns, 1, most_terms);
    parts = (columns - 1) / windows_a_chunk + 1;
    count = ((lines - 1) / together + 1) * parts;
    const std::int64_t most = std::max<std::int64_t>(1, most_sums / (c.windows.size() * c.channels * c.filters));
    a_sum = (count - 1) / most + 1;
    sums = (count - 1) / a_sum + 1;
  }
  Chunk operator[](std::int64_t number) const {
    const std::int64_t line = number / parts * together, column = number % parts * windows_a_chunk;
    return {line, std::min(together, lines - line), column, std::min(windows_a_chunk, columns - column)};
  }
  std::int64_t lines, columns, together = 1, parts = 1, count = 0, a_sum = 1, sums = 0;
};

// A chunk's maps of one panel of filters: where they are, or in rows as wide as a panel.
template <class T>
struct PanelOfMaps {
  const T* first;
  std::int64_t window, line;  // elements to the next one
};
template <class T>
PanelOfMaps<T> maps_of(const Convolution& c, const Chunk& chunk, const T* maps, const BlockKernels<T>& kernels,
                       std::int64_t first) {
  thread_local const auto memory = std::make_unique_for_overwrite<T[]>(windows_a_chunk * widest_panel);
  const std::int64_t columns = c.windows.axes[2].count, panel = kernels.panel;
  const T* const from = maps + (chunk.line * columns + chunk.column) * c.filters + first;
  if (c.filters <= panel && c.filters % kernels.vector == 0) return {from, c.filters, columns * c.filters};
  T* to = memory.get();
  for (std::int64_t i = 0; i < chunk.lines; ++i)
    for (std::int64_t j = 0; j < chunk.columns; ++j, to += panel)
      put_row(from + (i * columns + j) * c.filters, std::min(panel, c.filters - first), panel, to);
  return {memory.get(), panel, chunk.columns * panel};
}

template <class T>
struct Filters {
  const Convolution& c;
  const Frame frame;
  const Strips strips;
  const T *x, *maps;
  using Places = std::array<const T*, most_terms>;

  // Where a chunk's rows of windows begin.
  Places places_of(const Chunk& chunk) const {
    const WindowAxis &depths = c.windows.axes[0], &rows = c.windows.axes[1], &columns = c.windows.axes[2];
    Places places;
    for (std::int64_t i = 0; i < chunk.lines; ++i) {
      const std::int64_t depth = (chunk.line + i) / rows.count, row = (chunk.line + i) % rows.count;
      places[static_cast<std::size_t>(i)] =
          x + frame.place(depth * depths.stride, row * rows.stride, chunk.column * columns.stride, c.channels);
    }
    return places;
  }

  void multiply_chunk(const Chunk& chunk, bool keep, T* sum) const {
    const BlockKernels<T>& kernels = table<BlockKernels<T>>();
    const Places places = places_of(chunk);
    for (std::int64_t first = 0; first < c.filters; first += kernels.panel) {
      const PanelOfMaps<T> own = maps_of(c, chunk, maps, kernels, first);
      for (const Strip& strip : strips) {
        Terms<T> terms;
        for (std::int64_t i = 0; i < chunk.lines; ++i)
          terms.add({places[static_cast<std::size_t>(i)] + strip.in_frame, own.first + i * own.line, chunk.columns});
        multiply(kernels,
                 {.rows = strip.length,
                  .columns = std::min(kernels.panel, c.filters - first),
                  .a_row = 1,
                  .a_step = c.windows.axes[2].stride * c.channels,
                  .b_step = own.window,
                  .out_row = c.filters,
                  .keep = keep,
                  .out = sum + strip.in_filter * c.filters + first},
                 terms);
      }
    }
  }
};

}  // namespace

std::int64_t sums_of_image(const Convolution& c) { return Chunks(c).sums; }

template <class T>
void correlate(const Convolution& c, const T* image, const T* maps, T* sums, T* scratch) {
  const Chunks chunks(c);
  if (chunks.count == 0) return;
  const Frame frame(c);
  const Filters<T> all{c, frame, Strips(c, frame), framed(c, frame, image, scratch), maps};
  const std::int64_t size = c.windows.size() * c.channels * c.filters;
  detail::parallel_for(chunks.sums, grain_of_image(c, chunks.sums), [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t first = i * chunks.a_sum, last = std::min(chunks.count, first + chunks.a_sum);
      for (std::int64_t k = first; k < last; ++k) all.multiply_chunk(chunks[k], k > first, sums + i * size);
    }
  });
}

#define CORNU_FOR(T) template void correlate<T>(const Convolution&, const T*, const T*, T*, T*);
CORNU_FOR(float)
CORNU_FOR(double)
#undef CORNU_FOR

}  // namespace cornu::kernels::in_place
