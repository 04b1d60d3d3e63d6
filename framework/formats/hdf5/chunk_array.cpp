#include <cornu/framework/formats/hdf5/chunk_array.hpp>

#include <algorithm>
#include <memory>

#include <cornu/framework/formats/hdf5/extensible_array.hpp>
#include <cornu/framework/formats/hdf5/fixed_array.hpp>

namespace cornu::formats::hdf5 {

namespace {

/// Numbers of chunks: row-major in the grid of the largest extents, an axis without a limit before the others.
class Numbering {
 public:
  Numbering(const Input& input, const Layout& layout, const Dataspace& space) : steps_(space.extents.size()) {
    const auto& limits = space.max_extents;
    const auto unlimited =
        static_cast<std::size_t>(std::find(limits.begin(), limits.end(), undefined_address) - limits.begin());
    std::uint64_t step = 1;
    for (std::size_t axis = steps_.size(); axis-- > 0;) {
      if (axis == unlimited) continue;
      steps_[axis] = step;
      if (limits[axis] == undefined_address) input.refuse("several axes without a limit do not fit its chunk index");
      const std::uint64_t count = limits[axis] / layout.chunk[axis] + (limits[axis] % layout.chunk[axis] != 0 ? 1 : 0);
      step = input.product(step, std::max<std::uint64_t>(count, 1), "a chunk index");
    }
    if (unlimited < steps_.size()) steps_[unlimited] = step;
  }

  std::uint64_t operator()(const Input& input, const ChunkPosition& position) const {
    std::uint64_t number = 0;
    for (std::size_t axis = 0; axis < steps_.size(); ++axis) {
      const std::uint64_t part = input.product(position[axis], steps_[axis], "a chunk index");
      if (__builtin_add_overflow(number, part, &number)) input.refuse("a chunk index is larger than any file");
    }
    return number;
  }

 private:
  std::vector<std::uint64_t> steps_;
};

std::unique_ptr<PlaceArray> open_array(const Input& input, const Layout& layout, bool is_filtered) {
  if (layout.index == ChunkIndex::fixed_array) return std::make_unique<FixedArray>(input, layout.address, is_filtered);
  return std::make_unique<ExtensibleArray>(input, layout.address, is_filtered);
}

// An address; for filtered chunks also the stored bytes, in what lies between, and the filters skipped.
Chunk read_place(const Input& input, Bytes element, const ChunkGrid& grid) {
  Cursor cursor(input, element, "the place of a chunk");
  Chunk chunk{{}, cursor.u64(), grid.chunk_bytes, 0};
  if (!grid.is_filtered) return chunk;
  if (cursor.rest().size() < 5 || cursor.rest().size() > 12) cursor.refuse("has an impossible length");
  chunk.stored = cursor.number(cursor.rest().size() - 4);
  chunk.skipped = cursor.u32();
  return chunk;
}

bool advance(ChunkPosition& position, const std::vector<std::uint64_t>& counts) {
  for (std::size_t axis = counts.size(); axis-- > 0;) {
    if (++position[axis] < counts[axis]) return true;
    position[axis] = 0;
  }
  return false;
}

}  // namespace

void visit_chunk_array(const Input& input, const Layout& layout, const Dataspace& space, const ChunkGrid& grid,
                       const std::function<void(const Chunk&)>& visit) {
  const Numbering number(input, layout, space);
  const bool is_implicit = layout.index == ChunkIndex::implicit;
  if (is_implicit && grid.is_filtered) input.refuse("an implicit chunk index has filters");
  const auto array = is_implicit ? nullptr : open_array(input, layout, grid.is_filtered);
  ChunkPosition position{};
  do {
    Chunk chunk;
    if (is_implicit) {
      const std::uint64_t before = input.product(number(input, position), grid.chunk_bytes, "a chunk index");
      chunk = {position, layout.address + before, grid.chunk_bytes, 0};
    } else if (const Bytes element = array->element(number(input, position)); !element.empty()) {
      chunk = read_place(input, element, grid);
      chunk.position = position;
    }
    if (chunk.address != undefined_address) visit(chunk);
  } while (advance(position, grid.counts));
}

}  // namespace cornu::formats::hdf5
