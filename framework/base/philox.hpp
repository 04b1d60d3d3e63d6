#pragma once
// Internal: Philox 4×32-10, random bits that follow from a counter and a key (Salmon, Moraes, Dror, Shaw, "Parallel
// random numbers: as easy as 1, 2, 3", SC 2011).
#include <cstdint>

namespace cornu::detail {

/// What one counter gives: four words of 32 bits, each the lower half of a W. Above them stands anything.
template <class W>
struct PhiloxWords {
  W x0, x1, x2, x3;
};

/// Ten rounds of multiplications mix the counter with the key. W is std::uint64_t, or a vector of them for as many
/// counters; product(x, m) multiplies the lower half of x by m. It has internal linkage: kernels are compiled for
/// several kinds of CPU.
template <class W, class Product>
static inline PhiloxWords<W> philox(const W& counter, std::uint64_t key, const Product& product) {
  PhiloxWords<W> x{counter, counter >> 32, W{}, W{}};
  std::uint32_t key_0 = static_cast<std::uint32_t>(key), key_1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const W a = product(x.x0, std::uint32_t{0xD2511F53}), b = product(x.x2, std::uint32_t{0xCD9E8D57});
    x = {(b >> 32) ^ x.x1 ^ std::uint64_t{key_0}, b, (a >> 32) ^ x.x3 ^ std::uint64_t{key_1}, a};
    key_0 += 0x9E3779B9;
    key_1 += 0xBB67AE85;
  }
  return x;
}

/// The 64 bits of two words.
template <class W>
static inline W joined(const W& high, const W& low) {
  return high << 32 | (low & std::uint64_t{0xFFFFFFFF});
}

}  // namespace cornu::detail
