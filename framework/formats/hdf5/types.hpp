#pragma once
// Internal: what an HDF5 file says of the elements of a dataset.
#include <cstdint>
#include <string_view>

namespace cornu::formats {

/// How a file stores an element.
enum class Hdf5Type : std::uint8_t {
  float16,
  bfloat16,  ///< as Keras writes it (two opaque bytes and the attribute dtype="bfloat16"), or as a number
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  boolean,          ///< the enumeration FALSE, TRUE over int8
  fixed_string,     ///< all of one length
  variable_string,  ///< in a global heap
  opaque,           ///< two bytes without a meaning of their own: bfloat16, if the attribute says so
  other             ///< anything else: it has a shape, but is not read
};

/// "float16", …, "bool", "string", "opaque" and "other".
std::string_view name_of(Hdf5Type type);

/// Where the elements of a dataset lie in the file.
struct Hdf5Place {
  std::uint64_t offset = 0, length = 0;
};

}  // namespace cornu::formats
