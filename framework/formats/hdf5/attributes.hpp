#pragma once
// Internal: the attributes of an object.
#include <string_view>
#include <vector>

#include <cornu/framework/formats/hdf5/dataspace.hpp>
#include <cornu/framework/formats/hdf5/datatype.hpp>
#include <cornu/framework/formats/hdf5/input.hpp>
#include <cornu/framework/formats/hdf5/object_header.hpp>

namespace cornu::formats::hdf5 {

struct Attribute {
  std::string_view name;  ///< in the file's bytes
  Datatype type;
  Dataspace space;
  Bytes elements;  ///< in the file's bytes, as many as type and space say
};

/// The attributes of an object, kept in its header or in a fractal heap. A type that is not supported is no error
/// here. Throws FileError for damaged ones, and more elements than there are bytes.
std::vector<Attribute> read_attributes(const Input& input, const ObjectHeader& header);

}  // namespace cornu::formats::hdf5
