#pragma once
// Internal: chunks whose places stand in an array, by their number.
#include <cstdint>
#include <functional>

#include <cornu/framework/formats/hdf5/chunk_index.hpp>

namespace cornu::formats::hdf5 {

/// The elements of an array of places: an address, and for filtered chunks the stored bytes and the filters skipped.
class PlaceArray {
 public:
  virtual ~PlaceArray() = default;
  /// The bytes of element `number`; empty when it is not stored.
  virtual Bytes element(std::uint64_t number) = 0;
};

/// Calls `visit` for each chunk of the dataset that is stored, of the indexes implicit, fixed_array and
/// extensible_array. Throws FileError for damaged arrays, wrong checksums, and arrays of a size that is not supported.
void visit_chunk_array(const Input& input, const Layout& layout, const Dataspace& space, const ChunkGrid& grid,
                       const std::function<void(const Chunk&)>& visit);

}  // namespace cornu::formats::hdf5
