#pragma once
// Internal: layout messages: where the elements of a dataset lie.
#include <cstdint>
#include <vector>

#include <cornu/framework/formats/hdf5/input.hpp>

namespace cornu::formats::hdf5 {

/// How the places of the chunks are written down.
enum class ChunkIndex : std::uint8_t { b_tree_1, single, implicit, fixed_array, extensible_array, b_tree_2 };

struct Layout {
  enum class Kind : std::uint8_t { compact, contiguous, chunked } kind = Kind::contiguous;
  Bytes compact = {};                         ///< the elements themselves
  std::uint64_t address = undefined_address;  ///< of the elements, or of the chunks' index; undefined: not stored
  std::uint64_t length = 0;                   ///< contiguous: bytes

  ChunkIndex index = ChunkIndex::b_tree_1;
  std::vector<std::uint64_t> chunk = {};  ///< extents of a chunk, each at least 1
  std::uint64_t element_size = 0;         ///< in a chunk
  bool single_is_filtered = false;
  std::uint64_t single_stored = 0;  ///< bytes of the single chunk, if it is filtered
  std::uint32_t single_filter_mask = 0;

  bool is_chunked() const { return kind == Kind::chunked; }
};

/// Reads messages of version 3 and 4. Throws FileError for others, virtual datasets, and chunks with more axes than a
/// Shape has or an extent of 0.
Layout read_layout(const Input& input, Bytes message);

/// Where, in the message of a contiguous layout, the address of the elements stands (8 bytes).
inline constexpr std::uint64_t address_in_layout = 2;

}  // namespace cornu::formats::hdf5
