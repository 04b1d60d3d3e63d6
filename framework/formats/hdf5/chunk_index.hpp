#pragma once
// Internal: where the chunks of a dataset lie.
#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include <cornu/framework/formats/hdf5/dataspace.hpp>
#include <cornu/framework/formats/hdf5/input.hpp>
#include <cornu/framework/formats/hdf5/layout.hpp>
#include <cornu/framework/tensor/shape.hpp>

namespace cornu::formats::hdf5 {

/// Which chunk along each axis.
using ChunkPosition = std::array<std::uint64_t, Shape::max_rank>;

/// One chunk that is stored.
struct Chunk {
  ChunkPosition position{};
  std::uint64_t address = undefined_address;
  std::uint64_t stored = 0;   ///< bytes in the file
  std::uint32_t skipped = 0;  ///< bit i: filter i was not applied
};

/// How many chunks there are, of which dataset.
struct ChunkGrid {
  std::vector<std::uint64_t> counts;  ///< along each axis
  std::uint64_t chunks = 0;           ///< their product
  std::uint64_t chunk_bytes = 0;      ///< of one, without filters
  std::uint64_t bytes = 0;            ///< of all, without filters
  bool is_filtered = false;
};

/// Throws FileError when chunks and extents have different numbers of axes, and for chunks too many or too large to be
/// counted.
ChunkGrid make_chunk_grid(const Input& input, const Layout& layout, const Dataspace& space, bool is_filtered);

/// Calls `visit` for each chunk that is stored, at most as often as there are chunks. Throws FileError for a damaged
/// index, and chunks outside the dataset.
void visit_chunks(const Input& input, const Layout& layout, const Dataspace& space, const ChunkGrid& grid,
                  const std::function<void(const Chunk&)>& visit);

}  // namespace cornu::formats::hdf5
