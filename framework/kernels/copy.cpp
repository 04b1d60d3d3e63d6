#include <cornu/framework/kernels/copy.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

#include <cornu/framework/kernels/row_pieces.hpp>

namespace cornu::kernels {

void Arrangement::add_axis(std::int64_t axis_extent, std::int64_t from_stride, std::int64_t to_stride) {
  extent[rank] = axis_extent;
  from[rank] = from_stride;
  to[rank] = to_stride;
  ++rank;
}

namespace {

// Fewer axes for the same elements: those of extent 1 go, neighbours that run on into each other join.
Arrangement collapsed(const Arrangement& all) {
  Arrangement result;
  for (std::size_t axis = 0; axis < all.rank; ++axis) {
    if (all.extent[axis] == 1) continue;
    const std::size_t last = result.rank - 1;
    const bool runs_on = result.rank > 0 && result.from[last] == all.extent[axis] * all.from[axis] &&
                         result.to[last] == all.extent[axis] * all.to[axis];
    if (!runs_on) {
      result.add_axis(all.extent[axis], all.from[axis], all.to[axis]);
      continue;
    }
    result.extent[last] *= all.extent[axis];
    result.from[last] = all.from[axis];
    result.to[last] = all.to[axis];
  }
  return result;
}

void move_axis(Arrangement& a, std::size_t axis, std::size_t where) {
  std::swap(a.extent[axis], a.extent[where]);
  std::swap(a.from[axis], a.from[where]);
  std::swap(a.to[axis], a.to[where]);
}

// The two innermost loops: `rows` rows of `columns` elements.
struct Plane {
  std::int64_t rows = 1, from_row = 0, to_row = 0, columns = 1, from_column = 1, to_column = 1;
};

template <class T>
void copy_transposed(const Plane& p, const T* from, T* to) {
  constexpr std::int64_t side = 16;  // a block of both matrices stays in the first cache
  for (std::int64_t row = 0; row < p.rows; row += side)
    for (std::int64_t column = 0; column < p.columns; column += side)
      for (std::int64_t i = row; i < std::min(row + side, p.rows); ++i)
        for (std::int64_t j = column; j < std::min(column + side, p.columns); ++j)
          to[i * p.to_row + j] = from[i + j * p.from_column];
}

// Rows without gaps. Short ones of a length known when compiling need no call.
template <std::size_t fixed, class T>
void copy_runs(const Plane& p, const T* from, T* to) {
  const std::size_t bytes = fixed ? fixed : static_cast<std::size_t>(p.columns) * sizeof(T);
  for (std::int64_t i = 0; i < p.rows; ++i) std::memcpy(to + i * p.to_row, from + i * p.from_row, bytes);
}

template <class T>
void copy_contiguous(const Plane& p, const T* from, T* to) {
  const std::size_t bytes = static_cast<std::size_t>(p.columns) * sizeof(T);
  if (bytes == 64) return copy_runs<64>(p, from, to);
  if (bytes == 128) return copy_runs<128>(p, from, to);
  if (bytes == 256) return copy_runs<256>(p, from, to);
  copy_runs<0>(p, from, to);
}

template <class T>
void copy_repeated(const Plane& p, const T* from, T* to) {
  for (std::int64_t i = 0; i < p.rows; ++i) std::fill_n(to + i * p.to_row, p.columns, from[i * p.from_row]);
}

template <class T>
void copy_scattered(const Plane& p, const T* from, T* to) {
  for (std::int64_t i = 0; i < p.rows; ++i)
    for (std::int64_t j = 0; j < p.columns; ++j)
      to[i * p.to_row + j * p.to_column] = from[i * p.from_row + j * p.from_column];
}

template <class T>
void copy_plane(const Plane& p, const T* from, T* to) {
  if (p.to_column != 1) return copy_scattered(p, from, to);
  if (p.from_column == 1) return copy_contiguous(p, from, to);
  if (p.from_column == 0) return copy_repeated(p, from, to);
  if (p.from_row == 1) return copy_transposed(p, from, to);
  copy_scattered(p, from, to);
}

template <class T>
void copy_planes(const Arrangement& a, const T* from, T* to) {
  const std::size_t outer = a.rank - 2, row = outer, column = outer + 1;
  const Plane plane{a.extent[row], a.from[row], a.to[row], a.extent[column], a.from[column], a.to[column]};
  std::array<std::int64_t, Shape::max_rank> position{};
  for (;;) {
    copy_plane(plane, from, to);
    std::size_t axis = outer;
    for (; axis > 0; --axis) {
      from += a.from[axis - 1];
      to += a.to[axis - 1];
      if (++position[axis - 1] < a.extent[axis - 1]) break;
      from -= a.from[axis - 1] * a.extent[axis - 1];
      to -= a.to[axis - 1] * a.extent[axis - 1];
      position[axis - 1] = 0;
    }
    if (axis == 0) return;
  }
}

}  // namespace

namespace {

// The planes as the innermost axes, of which there are at least two.
Arrangement in_planes(const Arrangement& arrangement) {
  Arrangement a = collapsed(arrangement);
  while (a.rank < 2) {
    a.add_axis(1, 1, 1);
    if (a.rank == 2) move_axis(a, 0, 1);
  }
  // A transpose reads along its rows: put the axis that is contiguous in `from` next to the innermost one.
  for (std::size_t axis = 0; axis + 2 < a.rank; ++axis)
    if (a.from[axis] == 1 && a.from[a.rank - 1] != 1) move_axis(a, axis, a.rank - 2);
  return a;
}

void copy_box(const Arrangement& a, std::size_t element_bytes, const std::byte* from, std::byte* to) {
  if (element_bytes == 1) copy_planes(a, from, to);
  if (element_bytes == 4)
    copy_planes(a, reinterpret_cast<const std::uint32_t*>(from), reinterpret_cast<std::uint32_t*>(to));
  if (element_bytes == 8)
    copy_planes(a, reinterpret_cast<const std::uint64_t*>(from), reinterpret_cast<std::uint64_t*>(to));
}

// The outermost axis that can be cut into many pieces, or else the longest.
std::size_t axis_to_cut(const Arrangement& a) {
  std::size_t longest = 0;
  for (std::size_t axis = 0; axis < a.rank && a.extent[longest] < 16; ++axis)
    if (a.extent[axis] > a.extent[longest]) longest = axis;
  return longest;
}

// Extents beside one that is 0 may be of any size.
std::int64_t elements_of(const Arrangement& a) {
  std::int64_t elements = 1;
  for (std::size_t axis = 0; axis < a.rank; ++axis)
    if (a.extent[axis] == 0) return 0;
  for (std::size_t axis = 0; axis < a.rank; ++axis) elements *= a.extent[axis];
  return elements;
}

}  // namespace

void copy(const Arrangement& arrangement, std::size_t element_bytes, const std::byte* from, std::byte* to) {
  const std::int64_t elements = elements_of(arrangement);
  if (elements == 0) return;
  const Arrangement a = in_planes(arrangement);
  const std::size_t cut = axis_to_cut(a);
  const auto bytes = static_cast<std::int64_t>(element_bytes);
  const double of_one = 0.1 * static_cast<double>(elements / a.extent[cut] * bytes);
  detail::parallel_for(a.extent[cut], piece_of(a.extent[cut], of_one), [&](std::int64_t first, std::int64_t last) {
    Arrangement part = a;
    part.extent[cut] = last - first;
    copy_box(part, element_bytes, from + first * a.from[cut] * bytes, to + first * a.to[cut] * bytes);
  });
}

}  // namespace cornu::kernels
