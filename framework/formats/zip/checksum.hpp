#pragma once
// Internal: the checksum of zip archives.
#include <cstddef>
#include <cstdint>
#include <span>

namespace cornu::formats {

/// CRC-32 of bytes that stand behind others, whose CRC-32 is `before` (0 for none). As fast as memory is read, where
/// the CPU multiplies without carries.
std::uint32_t checksum_of(std::uint32_t before, std::span<const std::byte> block);

}  // namespace cornu::formats
