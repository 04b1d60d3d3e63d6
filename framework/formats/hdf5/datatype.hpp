#pragma once
// Internal: datatype messages.
#include <cstdint>
#include <string>

#include <cornu/framework/formats/hdf5/input.hpp>
#include <cornu/framework/formats/hdf5/types.hpp>

namespace cornu::formats::hdf5 {

enum class Padding : std::uint8_t { null_terminated, null_padded, space_padded };

struct Datatype {
  Hdf5Type type = Hdf5Type::other;
  std::uint64_t size = 0;  ///< bytes of an element, at least 1
  bool is_big_endian = false;
  Padding padding = Padding::null_terminated;  ///< of fixed strings
  std::string_view other = {};                 ///< for Hdf5Type::other: its name for errors, "a compound"
};

/// Reads a datatype message; what is not supported becomes Hdf5Type::other. Throws FileError when the message is
/// damaged.
Datatype read_datatype(const Input& input, Bytes message);

}  // namespace cornu::formats::hdf5
