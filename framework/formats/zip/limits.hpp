#pragma once
// Internal: what of a zip archive is read at all.
#include <cstdint>

namespace cornu::formats {

/// What an archive may hold at most.
struct ZipLimits {
  std::uint64_t members = 1'000'000;
  std::uint64_t name_length = 4'096;
  std::uint64_t size = std::uint64_t{1} << 40;  ///< of all members unpacked
  /// All members unpack to at most `ratio` times the size of the archive, or to free_size when that is more.
  std::uint64_t ratio = 200;
  std::uint64_t free_size = std::uint64_t{64} << 20;
};

}  // namespace cornu::formats
