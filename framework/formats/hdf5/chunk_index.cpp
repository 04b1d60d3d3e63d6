#include <cornu/framework/formats/hdf5/chunk_index.hpp>

#include <fmt/format.h>

#include <cornu/framework/formats/hdf5/b_tree_1.hpp>
#include <cornu/framework/formats/hdf5/b_tree_2.hpp>
#include <cornu/framework/formats/hdf5/chunk_array.hpp>

namespace cornu::formats::hdf5 {

namespace {

using Visit = std::function<void(const Chunk&)>;

/// Passes chunks on, and refuses those that cannot be.
class Checked {
 public:
  Checked(const Input& input, const ChunkGrid& grid, const Visit& visit) : input_(input), grid_(grid), visit_(visit) {}

  void operator()(const Chunk& chunk) {
    for (std::size_t axis = 0; axis < grid_.counts.size(); ++axis)
      if (chunk.position[axis] >= grid_.counts[axis]) input_.refuse("a chunk lies outside the dataset");
    if (++seen_ > grid_.chunks) input_.refuse("has more chunks than fit into it");
    if (!grid_.is_filtered && chunk.stored != grid_.chunk_bytes)
      input_.refuse(fmt::format("a chunk has {} bytes; expected {}", chunk.stored, grid_.chunk_bytes));
    visit_(chunk);
  }

 private:
  const Input& input_;
  const ChunkGrid& grid_;
  const Visit& visit_;
  std::uint64_t seen_ = 0;
};

void visit_old_tree(const Input& input, const Layout& layout, Checked& visit) {
  const std::size_t rank = layout.chunk.size();
  visit_b_tree_1(input, layout.address, BTree1::chunks, 8 + 8 * (rank + 1), [&](Bytes key, std::uint64_t address) {
    Cursor cursor(input, key, "the key of a chunk");
    Chunk chunk{{}, address, cursor.u32(), cursor.u32()};
    for (std::size_t axis = 0; axis < rank; ++axis) {
      const std::uint64_t begin = cursor.u64();
      if (begin % layout.chunk[axis] != 0) cursor.refuse("does not begin where a chunk begins");
      chunk.position[axis] = begin / layout.chunk[axis];
    }
    visit(chunk);
  });
}

void visit_new_tree(const Input& input, const Layout& layout, const ChunkGrid& grid, Checked& visit) {
  const std::size_t rank = layout.chunk.size(), coordinates = 8 * rank;
  const BTree2 kind = grid.is_filtered ? BTree2::filtered_chunks : BTree2::chunks;
  visit_b_tree_2(input, layout.address, kind, [&](Bytes record) {
    Cursor cursor(input, record, "the record of a chunk");
    Chunk chunk{{}, cursor.u64(), grid.chunk_bytes, 0};
    if (grid.is_filtered) {
      const std::size_t others = coordinates + 4;
      if (cursor.rest().size() <= others || cursor.rest().size() > others + 8)
        cursor.refuse("has an impossible length");
      chunk.stored = cursor.number(cursor.rest().size() - others);
      chunk.skipped = cursor.u32();
    }
    for (std::size_t axis = 0; axis < rank; ++axis) chunk.position[axis] = cursor.u64();
    visit(chunk);
  });
}

void visit_single(const Input& input, const Layout& layout, const ChunkGrid& grid, Checked& visit) {
  if (grid.chunks != 1) input.refuse(fmt::format("has {} chunks, but an index of one", grid.chunks));
  visit({{},
         layout.address,
         layout.single_is_filtered ? layout.single_stored : grid.chunk_bytes,
         layout.single_filter_mask});
}

}  // namespace

ChunkGrid make_chunk_grid(const Input& input, const Layout& layout, const Dataspace& space, bool is_filtered) {
  constexpr std::string_view what = "a dataset of chunks";
  const std::size_t rank = space.extents.size();
  if (layout.chunk.size() != rank) input.refuse(fmt::format("has {} axes and chunks of {}", rank, layout.chunk.size()));
  ChunkGrid grid;
  grid.is_filtered = is_filtered;
  grid.chunks = 1;
  grid.chunk_bytes = layout.element_size;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const std::uint64_t extent = space.extents[axis], chunk = layout.chunk[axis];
    grid.counts.push_back(extent / chunk + (extent % chunk != 0 ? 1 : 0));
    grid.chunks = input.product(grid.chunks, grid.counts.back(), what);
    grid.chunk_bytes = input.product(grid.chunk_bytes, chunk, what);
  }
  grid.bytes = input.product(grid.chunks, grid.chunk_bytes, what);
  return grid;
}

void visit_chunks(const Input& input, const Layout& layout, const Dataspace& space, const ChunkGrid& grid,
                  const Visit& visit) {
  if (layout.address == undefined_address || grid.chunks == 0) return;
  Checked checked(input, grid, visit);
  switch (layout.index) {
    case ChunkIndex::b_tree_1:
      return visit_old_tree(input, layout, checked);
    case ChunkIndex::b_tree_2:
      return visit_new_tree(input, layout, grid, checked);
    case ChunkIndex::single:
      return visit_single(input, layout, grid, checked);
    default:
      return visit_chunk_array(input, layout, space, grid, [&](const Chunk& chunk) { checked(chunk); });
  }
}

}  // namespace cornu::formats::hdf5
