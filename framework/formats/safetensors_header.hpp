#pragma once
// Internal: what stands at the front of a safetensors file.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/formats/safetensors.hpp>
#include <cornu/framework/formats/stored_numbers.hpp>
#include <cornu/framework/tensor/shape.hpp>

namespace cornu::formats {

/// "F16", … as safetensors has it.
std::string_view name_of(StoredNumber type);

struct SafetensorsEntry {
  std::string name;
  StoredNumber type;
  Shape shape;
  std::size_t begin = 0, end = 0;  ///< of its bytes, counted from the first behind the header
};

struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries;  ///< in the order in which they lie there: all bytes belong to one
  SafetensorsMetadata metadata;
};

/// The size of the file's front, without the header itself.
inline constexpr std::size_t safetensors_front = 8;

/// The length of the header, which stands in the first 8 bytes of a file of `size`. Throws FileError, naming the file,
/// when it is too long.
std::size_t safetensors_header_length(const std::string& file, std::uint64_t length, std::size_t size);

/// Reads the header of a file with so many bytes behind it. Throws FileError, naming the file.
SafetensorsHeader parse_safetensors_header(const std::string& file, std::string_view text, std::size_t bytes);

/// The first 8 bytes and the header.
std::string format_safetensors_header(const SafetensorsHeader& header);

}  // namespace cornu::formats
