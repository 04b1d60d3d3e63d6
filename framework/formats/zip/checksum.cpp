// CRC-32 is the remainder of the bytes, as a polynomial over GF(2), divided by P. Sixteen bytes that n bits follow
// stand for themselves times x^n; that product's remainder takes the place of the sixteen bytes further on, so four
// lanes of sixteen bytes run through the block (after Gopal et al., "Fast CRC Computation for Generic Polynomials Using
// PCLMULQDQ Instruction", Intel 2009). zlib takes the remainder of what is left at the end.
#include <cornu/framework/formats/zip/checksum.hpp>

#include <zlib.h>

#if defined(__x86_64__)
#include <immintrin.h>

#include <array>
#endif

namespace cornu::formats {

namespace {

std::uint32_t by_zlib(std::uint32_t before, std::span<const std::byte> block) {
  if (block.empty()) return before;  // zlib gives 0 for no address
  return static_cast<std::uint32_t>(
      ::crc32_z(before, reinterpret_cast<const unsigned char*>(block.data()), block.size()));
}

#if defined(__x86_64__)

#define CORNU_CARRYLESS __attribute__((target("pclmul,sse2")))

constexpr std::size_t lane = 16, lanes = 4, stride = lane * lanes;

// x^n mod P in the order of the bits of CRC-32: the highest bit is that of x^0.
constexpr std::uint64_t power(unsigned n) {
  constexpr std::uint32_t polynomial = 0xEDB88320;
  std::uint32_t value = 0x80000000;
  for (; n > 0; --n) value = value >> 1 ^ ((value & 1) != 0 ? polynomial : 0);
  return value;
}

// What moves sixteen bytes on by so many bits. The first eight bytes, the lower half, have 64 bits more behind them. In
// this order of bits a product comes out times x, which the powers leave out.
template <unsigned bits>
CORNU_CARRYLESS __m128i moved(__m128i value, __m128i onto) {
  constexpr std::uint64_t first = power(bits + 64 - 1) << 32, second = power(bits - 1) << 32;
  const __m128i powers = _mm_set_epi64x(static_cast<long long>(second), static_cast<long long>(first));
  const __m128i low = _mm_clmulepi64_si128(value, powers, 0x00), high = _mm_clmulepi64_si128(value, powers, 0x11);
  return _mm_xor_si128(onto, _mm_xor_si128(low, high));
}

CORNU_CARRYLESS __m128i loaded(const std::byte* bytes) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
}

// The CPU does not read ahead beyond a page by itself; an address behind the block does no harm.
CORNU_CARRYLESS void read_ahead(const std::byte* bytes) {
  constexpr std::uintptr_t ahead = 2048;
  _mm_prefetch(reinterpret_cast<const char*>(reinterpret_cast<std::uintptr_t>(bytes) + ahead), _MM_HINT_T0);
}

// Of whole strides, at least one.
CORNU_CARRYLESS std::uint32_t by_products(std::uint32_t before, std::span<const std::byte> block) {
  const std::byte* at = block.data();
  __m128i a = loaded(at), b = loaded(at + lane), c = loaded(at + 2 * lane), d = loaded(at + 3 * lane);
  a = _mm_xor_si128(a, _mm_cvtsi32_si128(static_cast<int>(~before)));
  for (at += stride; at != block.data() + block.size(); at += stride) {
    read_ahead(at);
    a = moved<8 * stride>(a, loaded(at));
    b = moved<8 * stride>(b, loaded(at + lane));
    c = moved<8 * stride>(c, loaded(at + 2 * lane));
    d = moved<8 * stride>(d, loaded(at + 3 * lane));
  }
  const __m128i all = moved<8 * lane>(moved<8 * lane>(moved<8 * lane>(a, b), c), d);
  std::array<std::byte, lane> rest;
  _mm_storeu_si128(reinterpret_cast<__m128i*>(rest.data()), all);
  return by_zlib(0xFFFFFFFF, rest);  // which begins at 0, not at all ones
}

bool can_multiply() {
  static const bool can = __builtin_cpu_supports("pclmul") != 0;
  return can;
}

#endif

}  // namespace

std::uint32_t checksum_of(std::uint32_t before, std::span<const std::byte> block) {
#if defined(__x86_64__)
  if (const std::size_t whole = block.size() / stride * stride; whole > 0 && can_multiply()) {
    before = by_products(before, block.first(whole));
    block = block.subspan(whole);
  }
#endif
  return by_zlib(before, block);
}

}  // namespace cornu::formats
