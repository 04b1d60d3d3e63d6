#pragma once
// Internal: the checksums of HDF5 files.
#include <cstddef>
#include <cstdint>
#include <span>

namespace cornu::formats::hdf5 {

/// Bob Jenkins's hash lookup3 (2006), with which the newer blocks of a file end.
std::uint32_t lookup3(std::span<const std::byte> bytes);

/// The sums of the filter fletcher32 over big-endian 16-bit words, modulo 65535.
std::uint32_t fletcher32(std::span<const std::byte> bytes);

}  // namespace cornu::formats::hdf5
