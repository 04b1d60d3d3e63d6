#pragma once
// Internal: numbers in the bytes of a file.
#include <concepts>
#include <cstddef>
#include <span>

namespace cornu::formats {

/// The little-endian number at `offset`, of which all bytes must be inside.
template <std::unsigned_integral T>
T load(std::span<const std::byte> bytes, std::size_t offset) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>(value | static_cast<T>(static_cast<T>(bytes[offset + i]) << 8 * i));
  return value;
}

}  // namespace cornu::formats
