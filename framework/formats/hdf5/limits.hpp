#pragma once
// Internal: how much of an HDF5 file is read.
#include <cstdint>

namespace cornu::formats {

/// What a file may ask for beyond its own bytes. A dataset that is stored as it is needs no limit: it cannot be larger
/// than the file.
struct Hdf5Limits {
  std::uint64_t expanded_bytes = std::uint64_t{1} << 32;  ///< of a dataset that is compressed, or not stored in full
  std::uint64_t expansion = 1032;                         ///< times the stored bytes; deflate never exceeds 1032
  std::uint64_t objects = 1'000'000;                      ///< groups, datasets and links of a file
  std::uint64_t depth = 64;                               ///< groups inside groups
  std::uint64_t path = 4096;                              ///< bytes of the names on the way to an object
  std::uint64_t strings = 10'000'000;                     ///< of an attribute or a dataset
};

}  // namespace cornu::formats
