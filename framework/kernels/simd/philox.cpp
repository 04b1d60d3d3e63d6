#include <cornu/framework/kernels/philox.hpp>

#ifdef __SSE2__
#include <immintrin.h>
#endif

#include <cornu/framework/base/philox.hpp>
#include <cornu/framework/kernels/simd/filled.hpp>
#include <cornu/framework/kernels/simd/vectors.hpp>

namespace cornu::kernels::CORNU_ISA {
namespace {

using Bits = Vector<std::uint64_t>;
constexpr int counters = vector_lanes<std::uint64_t>;
using Pairs = VectorOf<std::uint16_t, 2 * counters>::type;  // of bytes: a bool for each draw of a counter

// A counter a lane, whose words are the lower halves of theirs: what stands above is not looked at.
struct Lanes {
  using Word = Bits;
  using Key = std::uint64_t;
  // gcc 12 would multiply 64 bits by 64, which takes three times as long.
  static Bits product(const Bits& x, std::uint32_t m) {
#if defined(__AVX512F__)
    return reinterpret_cast<Bits>(_mm512_mul_epu32(reinterpret_cast<__m512i>(x), _mm512_set1_epi64(m)));
#elif defined(__AVX2__)
    return reinterpret_cast<Bits>(_mm256_mul_epu32(reinterpret_cast<__m256i>(x), _mm256_set1_epi64x(m)));
#elif defined(__SSE2__)
    return reinterpret_cast<Bits>(_mm_mul_epu32(reinterpret_cast<__m128i>(x), _mm_set1_epi64x(m)));
#else
    return (x & std::uint64_t{0xFFFFFFFF}) * std::uint64_t{m};
#endif
  }
  static Bits high(const Bits& product) { return product >> 32; }
  static Bits low(const Bits& product) { return product; }
};

inline Bits joined(const Bits& high, const Bits& low) { return high << 32 | (low & std::uint64_t{0xFFFFFFFF}); }

inline Bits first_counters(std::uint64_t counter) {
  Bits x;
  for (int lane = 0; lane < counters; ++lane) x[lane] = counter + static_cast<std::uint64_t>(lane);
  return x;
}

// 1 where the draw's upper 53 bits are at least the limit: where their difference, which is small, has no sign.
inline Bits is_at_least(const Bits& draw, std::uint64_t limit) { return ~((draw >> 11) - limit) >> 63; }

inline Pairs pairs_at_least(const Bits& counter, std::uint64_t seed, std::uint64_t limit) {
  constexpr int of_second = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 8 : 0;  // the byte that lies behind the other
  const auto x = detail::philox<Lanes>({counter, Lanes::high(counter), Bits{}, Bits{}}, seed);
  const Bits first = is_at_least(joined(x.x1, x.x0), limit), second = is_at_least(joined(x.x3, x.x2), limit);
  return __builtin_convertvector(first << (8 - of_second) | second << of_second, Pairs);
}

void at_least(std::uint64_t seed, std::uint64_t counter, std::int64_t blocks, std::int64_t limit, bool* is) {
  const auto bits = static_cast<std::uint64_t>(limit);
  Bits x = first_counters(counter);
  std::int64_t i = 0;
  for (; i + counters <= blocks; i += counters, x += counters) write_vector(pairs_at_least(x, seed, bits), is + 2 * i);
  if (i == blocks) return;
  bool last[2 * counters];
  write_vector(pairs_at_least(x, seed, bits), last);
  for (int k = 0; k < 2 * (blocks - i); ++k) is[2 * i + k] = last[k];
}

}  // namespace

template <>
struct Filled<PhiloxKernels> {
  static constexpr PhiloxKernels kernels{.at_least = at_least};
};

template const PhiloxKernels& kernels();

}  // namespace cornu::kernels::CORNU_ISA
