#pragma once
// Internal: the elements of a dataset.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <cornu/framework/formats/hdf5/chunk_index.hpp>
#include <cornu/framework/formats/hdf5/dataspace.hpp>
#include <cornu/framework/formats/hdf5/datatype.hpp>
#include <cornu/framework/formats/hdf5/filters.hpp>
#include <cornu/framework/formats/hdf5/input.hpp>
#include <cornu/framework/formats/hdf5/layout.hpp>
#include <cornu/framework/formats/hdf5/object_header.hpp>

namespace cornu::formats::hdf5 {

/// What the header of a dataset says.
struct DatasetHeader {
  Datatype type;
  Dataspace space;
  Layout layout;
  std::vector<Filter> filters;
  Bytes fill;  ///< an element's bytes where nothing was written; empty: zeros

  std::uint64_t bytes() const { return space.elements * type.size; }
};

/// Throws FileError for damaged headers, for elements stored in other files, for layouts and filters that are not
/// supported, and when the bytes that are stored are not as many as the elements take.
DatasetHeader read_dataset_header(const Input& input, const ObjectHeader& header);

/// The elements where they lie in the file; an empty span when they do not lie there in one piece.
Bytes stored_in_one_piece(const Input& input, const DatasetHeader& dataset);

/// Throws FileError unless memory for the elements may be taken: see Hdf5Limits.
void require_readable(const Input& input, const DatasetHeader& dataset);

/// Writes the elements, as they are stored, to `out`, which has `dataset.bytes()`. Throws FileError for damaged chunks.
void read_elements(const Input& input, const DatasetHeader& dataset, std::span<std::byte> out);

}  // namespace cornu::formats::hdf5
