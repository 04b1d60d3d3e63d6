#pragma once
// Internal: random numbers, many at a time.
#include <cstdint>

namespace cornu::kernels {

/// As base/philox.hpp: draws 2i and 2i + 1 are the 128 bits that `counter` + i gives with the key `seed`, 64 bits each.
struct PhiloxKernels {
  /// is[n] = (draw n >> 11) ≥ limit, for 2 · blocks draws; 0 ≤ limit ≤ 2^53.
  void (*at_least)(std::uint64_t seed, std::uint64_t counter, std::int64_t blocks, std::int64_t limit, bool* is);
};

}  // namespace cornu::kernels
