#pragma once
// Internal: Philox 4×32-10, random bits that follow from a counter and a key (Salmon, Moraes, Dror, Shaw, "Parallel
// random numbers: as easy as 1, 2, 3", SC 2011).
#include <cstdint>

namespace cornu::detail {

/// A counter, and what it gives: four words of 32 bits.
template <class Word>
struct PhiloxWords {
  Word x0, x1, x2, x3;
};

/// How one counter's words are multiplied. Kernels take a vector of counters instead, with a Word for each.
struct PhiloxScalars {
  using Word = std::uint32_t;
  using Key = std::uint32_t;
  static std::uint64_t product(Word x, std::uint32_t m) { return std::uint64_t{x} * m; }
  static Word high(std::uint64_t product) { return static_cast<Word>(product >> 32); }
  static Word low(std::uint64_t product) { return static_cast<Word>(product); }
};

/// Ten rounds of multiplications mix the counter with the key. It has internal linkage: kernels are compiled for
/// several kinds of CPU.
template <class Lanes>
static inline PhiloxWords<typename Lanes::Word> philox(PhiloxWords<typename Lanes::Word> x, std::uint64_t key) {
  std::uint32_t key_0 = static_cast<std::uint32_t>(key), key_1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const auto a = Lanes::product(x.x0, 0xD2511F53), b = Lanes::product(x.x2, 0xCD9E8D57);
    x = {Lanes::high(b) ^ x.x1 ^ typename Lanes::Key{key_0}, Lanes::low(b),
         Lanes::high(a) ^ x.x3 ^ typename Lanes::Key{key_1}, Lanes::low(a)};
    key_0 += 0x9E3779B9;
    key_1 += 0xBB67AE85;
  }
  return x;
}

}  // namespace cornu::detail
