#include <cornu/framework/kernels/patches.hpp>

#include <algorithm>

#include <cornu/framework/base/parallel.hpp>
#include <cornu/framework/kernels/gemm.hpp>
#include <cornu/framework/kernels/slots.hpp>

namespace cornu::kernels::by_patches {

namespace {

constexpr std::int64_t tile_elements = 1 << 16;  // of patches: they stay in the second cache
constexpr std::int64_t least_rows = 64;          // for less, a product spends its time on packing the filters

// A convolution as products of patches: a row a window, a column an element of it and channel of a group.
struct Tiling {
  explicit Tiling(const Convolution& c)
      : in(c.channels / c.groups),
        out(c.filters / c.groups),
        width(c.windows.size() * in),
        all(c.windows.batch * c.windows.count()),
        rows(std::clamp<std::int64_t>(tile_elements / std::max<std::int64_t>(width, 1), least_rows, tile_elements)),
        copies_patches(c.groups > 1 || !c.windows.are_single_cells()),
        has_groups(c.groups > 1) {
    rows = std::min(rows, all);
  }
  std::int64_t tiles() const { return rows == 0 ? 0 : (all - 1) / rows + 1; }
  std::int64_t images_a_tile(const Convolution& c) const {
    return std::max<std::int64_t>(1, rows / std::max<std::int64_t>(c.windows.count(), 1));
  }
  std::int64_t own_patches() const { return copies_patches ? rows * width : 0; }
  std::int64_t own_filters() const { return has_groups ? width * out : 0; }
  std::int64_t slot() const { return own_patches() + own_filters() + (has_groups ? rows * out : 0); }

  std::int64_t in, out, width, all, rows;
  bool copies_patches;  // an image of which each cell is a window is a matrix of patches as it lies
  bool has_groups;
};

// Some windows of one group.
struct Tile {
  std::int64_t group, first, rows;
};

// What a window looks at, a strip at a time: strip(place in the patch, place in the images, elements), in the images
// -1 where nothing is. A strip is one cell, or a row of cells that lie side by side.
template <class F>
void for_each_strip(const Convolution& c, std::int64_t window, std::int64_t group, const F& strip) {
  const WindowAxis &depths = c.windows.axes[0], &rows = c.windows.axes[1], &columns = c.windows.axes[2];
  const WindowPlace at(c.windows, window);
  const Taps in_depth = depths.taps(at.depth), in_rows = rows.taps(at.row), in_columns = columns.taps(at.column);
  const std::int64_t in = c.channels / c.groups, left = columns.first(at.column), line = columns.size * in;
  std::int64_t to = 0;
  for (std::int64_t i = 0; i < depths.size; ++i)
    for (std::int64_t j = 0; j < rows.size; ++j, to += line) {
      if (i < in_depth.begin || i >= in_depth.end || j < in_rows.begin || j >= in_rows.end) {
        strip(to, -1, line);
        continue;
      }
      const std::int64_t depth = at.image * depths.extent + depths.first(at.depth) + i * depths.dilation;
      const std::int64_t row = depth * rows.extent + rows.first(at.row) + j * rows.dilation;
      const std::int64_t from = (row * columns.extent + left) * c.channels + group * in;
      if (in_columns.begin > 0) strip(to, -1, in_columns.begin * in);
      if (columns.dilation == 1 && c.groups == 1) {
        strip(to + in_columns.begin * in, from + in_columns.begin * in, in_columns.count() * in);
      } else {
        for (std::int64_t k = in_columns.begin; k < in_columns.end; ++k)
          strip(to + k * in, from + k * columns.dilation * c.channels, in);
      }
      if (in_columns.end < columns.size) strip(to + in_columns.end * in, -1, (columns.size - in_columns.end) * in);
    }
}

template <class T>
void copy_run(const T* from, std::int64_t count, T* to) {
  if (count > 16) {
    std::copy_n(from, count, to);
  } else {
    for (std::int64_t i = 0; i < count; ++i) to[i] = from[i];
  }
}

template <class T>
void copy_patch(const Convolution& c, std::int64_t window, std::int64_t group, const T* images, T* patch) {
  for_each_strip(c, window, group, [&](std::int64_t to, std::int64_t from, std::int64_t count) {
    if (from < 0)
      std::fill_n(patch + to, count, T());
    else
      copy_run(images + from, count, patch + to);
  });
}

// The patches of a tile: where they are, in the images or in `into`.
template <class T>
const T* patches_of(const Convolution& c, const Tiling& t, const T* images, const Tile& tile, T* into) {
  if (!t.copies_patches) return images + tile.first * t.width;
  if (t.width == 0) return into;
  const std::int64_t grain = std::max<std::int64_t>(1, detail::elements_a_piece() / t.width);
  detail::parallel_for(tile.rows, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) copy_patch(c, tile.first + i, tile.group, images, into + i * t.width);
  });
  return into;
}

// images += the patches, each where it was taken from
template <class T>
void add_patches(const Convolution& c, const Tiling& t, const T* patches, const Tile& tile, T* images) {
  for (std::int64_t i = 0; i < tile.rows; ++i) {
    const T* const patch = patches + i * t.width;
    for_each_strip(c, tile.first + i, tile.group, [&](std::int64_t from, std::int64_t to, std::int64_t count) {
      if (to < 0) return;
      for (std::int64_t k = 0; k < count; ++k) images[to + k] += patch[from + k];
    });
  }
}

// `columns` columns of a matrix, as a matrix of their own; and the other way round.
template <class T>
void take_columns(const T* matrix, std::int64_t width, std::int64_t rows, std::int64_t columns, T* part) {
  for (std::int64_t i = 0; i < rows; ++i) std::copy_n(matrix + i * width, columns, part + i * columns);
}
template <class T>
void put_columns(const T* part, std::int64_t width, std::int64_t rows, std::int64_t columns, T* matrix) {
  for (std::int64_t i = 0; i < rows; ++i) std::copy_n(part + i * columns, columns, matrix + i * width);
}

template <class T>
void fill_rows(const T* row, std::int64_t rows, std::int64_t columns, T* matrix) {
  for (std::int64_t i = 0; i < rows; ++i) {
    if (row)
      std::copy_n(row, columns, matrix + i * columns);
    else
      std::fill_n(matrix + i * columns, columns, T());
  }
}

// The parts of a slot of the workspace. Of one group, filters and maps are where they are.
template <class T>
struct Slot {
  Slot(const Tiling& t, T* memory)
      : patches(memory), filters(patches + t.own_patches()), maps(filters + t.own_filters()) {}
  T *patches, *filters, *maps;
};

template <class T>
class Workspace {
 public:
  Workspace(const Tiling& t, std::span<T> memory)
      : tiling_(t), memory_(memory.data()), slots_(std::ssize(memory), t.slot()) {}
  template <class Work>
  void with_slot(const Work& work) {
    slots_.with_one([&](std::int64_t number) { work(Slot<T>(tiling_, memory_ + number * tiling_.slot())); });
  }

 private:
  const Tiling& tiling_;
  T* memory_;
  Slots slots_;
};

}  // namespace

std::int64_t workspace(const Convolution& c) {
  const Tiling t(c);
  return Slots::wanted(c.groups * std::max(t.tiles(), c.windows.batch)) * t.slot();
}

namespace {

// A group's filters, and its maps of a tile: where they are, or copies.
template <class T>
const T* filters_of(const Convolution& c, const Tiling& t, const T* filters, std::int64_t group, const Slot<T>& slot) {
  if (c.groups == 1) return filters;
  take_columns(filters + group * t.out, c.filters, t.width, t.out, slot.filters);
  return slot.filters;
}
template <class T>
const T* maps_of(const Convolution& c, const Tiling& t, const T* maps, const Tile& tile, const Slot<T>& slot) {
  if (c.groups == 1) return maps + tile.first * t.out;
  take_columns(maps + tile.first * c.filters + tile.group * t.out, c.filters, tile.rows, t.out, slot.maps);
  return slot.maps;
}

// maps = patches · filters + bias
template <class T>
void convolve_tile(const Convolution& c, const Tiling& t, const Tile& tile, const T* images, const T* filters,
                   const T* bias, T* maps, const Slot<T>& slot) {
  T* const own = c.groups == 1 ? maps + tile.first * t.out : slot.maps;
  const T* const patches = patches_of(c, t, images, tile, slot.patches);
  if (bias) fill_rows(bias + tile.group * t.out, tile.rows, t.out, own);
  gemm({.n = tile.rows, .m = t.out, .k = t.width, .keep = bias != nullptr}, patches,
       filters_of(c, t, filters, tile.group, slot), own);
  if (c.groups > 1) put_columns(own, c.filters, tile.rows, t.out, maps + tile.first * c.filters + tile.group * t.out);
}

// patches = maps · filtersᵀ; images += the patches, each where it was taken from
template <class T>
void pass_back_tile(const Convolution& c, const Tiling& t, const Tile& tile, const T* maps, const T* filters, bool keep,
                    T* images, const Slot<T>& slot) {
  T* const patches = t.copies_patches ? slot.patches : images + tile.first * t.width;
  gemm({.transpose_b = true, .n = tile.rows, .m = t.width, .k = t.out, .keep = !t.copies_patches && keep},
       maps_of(c, t, maps, tile, slot), filters, patches);
  if (t.copies_patches) add_patches(c, t, patches, tile, images);
}

// Of some images: bias, and what their windows pass back.
template <class T>
void pass_back_images(const Convolution& c, const Tiling& t, std::int64_t begin, std::int64_t end, const T* maps,
                      const T* filters, const T* bias, T* images, const Slot<T>& slot) {
  if (t.copies_patches || bias)
    fill_rows(bias, (end - begin) * c.windows.cells(), c.channels, images + begin * c.cells_of_image());
  const std::int64_t first = begin * c.windows.count(), last = end * c.windows.count();
  for (std::int64_t group = 0; group < c.groups; ++group) {
    const T* const own = filters_of(c, t, filters, group, slot);
    for (std::int64_t i = first; i < last; i += t.rows)
      pass_back_tile(c, t, {group, i, std::min(t.rows, last - i)}, maps, own, bias != nullptr, images, slot);
  }
}

// filters = patchesᵀ · maps, of one group
template <class T>
void correlate_group(const Convolution& c, const Tiling& t, std::int64_t group, const T* images, const T* maps,
                     T* filters, const Slot<T>& slot) {
  T* const own = c.groups == 1 ? filters : slot.filters;
  for (std::int64_t first = 0; first < t.all; first += t.rows) {
    const Tile tile{group, first, std::min(t.rows, t.all - first)};
    gemm({.transpose_a = true, .n = t.width, .m = t.out, .k = tile.rows, .keep = first > 0},
         patches_of(c, t, images, tile, slot.patches), maps_of(c, t, maps, tile, slot), own);
  }
  if (c.groups > 1 && t.all > 0) put_columns(own, c.filters, t.width, t.out, filters + group * t.out);
}

}  // namespace

template <class T>
void convolve(const Convolution& c, const T* images, const T* filters, const T* bias, T* maps, std::span<T> memory) {
  const Tiling t(c);
  if (t.out == 0) return;
  Workspace<T> work(t, memory);
  detail::parallel_for(c.groups * t.tiles(), 1, [&](std::int64_t number, std::int64_t) {
    const std::int64_t first = number % t.tiles() * t.rows;
    const Tile tile{number / t.tiles(), first, std::min(t.rows, t.all - first)};
    work.with_slot([&](const Slot<T>& slot) { convolve_tile(c, t, tile, images, filters, bias, maps, slot); });
  });
}

// Few images take their tiles one after the other, in products on several threads.
template <class T>
void convolve_back(const Convolution& c, const T* maps, const T* filters, const T* bias, T* images,
                   std::span<T> memory) {
  const Tiling t(c);
  if (c.channels == 0) return;
  Workspace<T> work(t, memory);
  detail::parallel_for(c.windows.batch, t.images_a_tile(c), [&](std::int64_t begin, std::int64_t end) {
    work.with_slot([&](const Slot<T>& slot) { pass_back_images(c, t, begin, end, maps, filters, bias, images, slot); });
  });
}

template <class T>
void correlate(const Convolution& c, const T* images, const T* maps, T* filters, std::span<T> memory) {
  const Tiling t(c);
  if (t.width * c.filters == 0) return;
  if (t.all == 0) std::fill_n(filters, t.width * c.filters, T());
  Workspace<T> work(t, memory);
  detail::parallel_for(c.groups, 1, [&](std::int64_t group, std::int64_t) {
    work.with_slot([&](const Slot<T>& slot) { correlate_group(c, t, group, images, maps, filters, slot); });
  });
}

#define CORNU_FOR(T)                                                                                  \
  template void convolve<T>(const Convolution&, const T*, const T*, const T*, T*, std::span<T>);      \
  template void convolve_back<T>(const Convolution&, const T*, const T*, const T*, T*, std::span<T>); \
  template void correlate<T>(const Convolution&, const T*, const T*, T*, std::span<T>);
CORNU_FOR(float)
CORNU_FOR(double)
#undef CORNU_FOR

}  // namespace cornu::kernels::by_patches
