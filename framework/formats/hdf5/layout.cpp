#include <cornu/framework/formats/hdf5/layout.hpp>

#include <fmt/format.h>

#include <cornu/framework/tensor/shape.hpp>

namespace cornu::formats::hdf5 {

namespace {

constexpr std::string_view what = "the layout";

void read_compact(Cursor& cursor, Layout& layout) {
  layout.kind = Layout::Kind::compact;
  const std::uint64_t length = cursor.u16();
  layout.compact = cursor.take(length);
}

void read_contiguous(Cursor& cursor, Layout& layout) {
  layout.kind = Layout::Kind::contiguous;
  layout.address = cursor.u64();
  layout.length = cursor.u64();
}

// The last of the extents is the size of an element.
std::size_t read_rank(Cursor& cursor) {
  const std::size_t extents = cursor.u8();
  if (extents < 2 || extents > Shape::max_rank + 1)
    cursor.refuse(fmt::format("has chunks of {} axes; expected 1 to {}", static_cast<std::int64_t>(extents) - 1,
                              Shape::max_rank));
  return extents - 1;
}

void read_extents(Cursor& cursor, Layout& layout, std::size_t rank, std::size_t bytes) {
  for (std::size_t axis = 0; axis < rank; ++axis) {
    layout.chunk.push_back(cursor.number(bytes));
    if (layout.chunk.back() == 0) cursor.refuse("has chunks with an extent of 0");
  }
  layout.element_size = cursor.number(bytes);
}

void read_chunked_3(Cursor& cursor, Layout& layout) {
  layout.kind = Layout::Kind::chunked;
  const std::size_t rank = read_rank(cursor);
  layout.address = cursor.u64();
  read_extents(cursor, layout, rank, 4);
}

void read_single(Cursor& cursor, Layout& layout, std::uint8_t flags) {
  layout.single_is_filtered = (flags & 2) != 0;
  if (!layout.single_is_filtered) return;
  layout.single_stored = cursor.u64();
  layout.single_filter_mask = cursor.u32();
}

// What else the indexes' messages hold are parameters that the indexes repeat.
void read_index(Cursor& cursor, Layout& layout, std::uint8_t flags) {
  const std::uint8_t index = cursor.u8();
  if (index < 1 || index > 5) cursor.refuse(fmt::format("has the unknown chunk index {}", index));
  layout.index = static_cast<ChunkIndex>(index);
  if (layout.index == ChunkIndex::single) read_single(cursor, layout, flags);
  if (layout.index == ChunkIndex::fixed_array) cursor.skip(1);
  if (layout.index == ChunkIndex::extensible_array) cursor.skip(5);
  if (layout.index == ChunkIndex::b_tree_2) cursor.skip(6);
  layout.address = cursor.u64();
}

void read_chunked_4(Cursor& cursor, Layout& layout) {
  layout.kind = Layout::Kind::chunked;
  const std::uint8_t flags = cursor.u8();
  if ((flags & 1) != 0) cursor.refuse("leaves filters out at the edges, which is not supported");
  const std::size_t rank = read_rank(cursor), bytes = cursor.u8();
  if (bytes < 1 || bytes > 8) cursor.refuse(fmt::format("has extents of {} bytes; expected 1 to 8", bytes));
  read_extents(cursor, layout, rank, bytes);
  read_index(cursor, layout, flags);
}

}  // namespace

Layout read_layout(const Input& input, Bytes message) {
  Cursor cursor(input, message, what);
  const std::uint8_t version = cursor.u8();
  if (version != 3 && version != 4) cursor.refuse(fmt::format("has version {}; expected 3 or 4", version));
  Layout layout;
  switch (const std::uint8_t kind = cursor.u8()) {
    case 0:
      read_compact(cursor, layout);
      break;
    case 1:
      read_contiguous(cursor, layout);
      break;
    case 2:
      version == 3 ? read_chunked_3(cursor, layout) : read_chunked_4(cursor, layout);
      break;
    case 3:
      cursor.refuse("is that of a virtual dataset, which is not supported");
    default:
      cursor.refuse(fmt::format("is of the unknown kind {}", kind));
  }
  return layout;
}

}  // namespace cornu::formats::hdf5
