#include <cornu/framework/text/hash.hpp>

#include <fmt/core.h>

#include <bit>
#include <cstring>
#include <utility>

#include <cornu/framework/base/errors.hpp>

namespace cornu::text {

namespace {

using Word = std::uint64_t;

// Bytes as little-endian numbers, wherever this runs.
template <class T>
T load(const char* bytes) {
  T value = 0;
  for (std::size_t i = sizeof(T); i-- > 0;) value = static_cast<T>(value << 8 | static_cast<unsigned char>(bytes[i]));
  return value;
}
Word word_at(const char* bytes) { return load<Word>(bytes); }

// ── FarmHash's Fingerprint64: one way for each length ───────────────────────────────────────────────────────────────

constexpr Word prime_0 = 0xC3A5C85C97CB3127, prime_1 = 0xB492B66FBE98F273, prime_2 = 0x9AE16A3B2F90404F;

Word fold(Word x) { return x ^ x >> 47; }

Word mix(Word a, Word b, Word factor) {
  const Word once = fold((a ^ b) * factor);
  return fold((b ^ once) * factor) * factor;
}

Word of_0_to_16(std::string_view s) {
  const std::size_t n = s.size();
  const Word factor = prime_2 + 2 * n;
  if (n >= 8) {
    const Word a = word_at(s.data()) + prime_2, b = word_at(s.data() + n - 8);
    return mix(std::rotr(b, 37) * factor + a, (std::rotr(a, 25) + b) * factor, factor);
  }
  if (n >= 4) return mix(n + (Word{load<std::uint32_t>(s.data())} << 3), load<std::uint32_t>(s.data() + n - 4), factor);
  if (n == 0) return prime_2;
  const auto byte = [&](std::size_t i) { return Word{static_cast<unsigned char>(s[i])}; };
  return fold((byte(0) + (byte(n / 2) << 8)) * prime_2 ^ (n + (byte(n - 1) << 2)) * prime_0) * prime_2;
}

Word of_17_to_32(std::string_view s) {
  const char *first = s.data(), *last = first + s.size();
  const Word factor = prime_2 + 2 * s.size();
  const Word a = word_at(first) * prime_1, b = word_at(first + 8);
  const Word c = word_at(last - 8) * factor, d = word_at(last - 16) * prime_2;
  return mix(std::rotr(a + b, 43) + std::rotr(c, 30) + d, a + std::rotr(b + prime_2, 18) + c, factor);
}

Word of_33_to_64(std::string_view s) {
  const char *first = s.data(), *last = first + s.size();
  const Word factor = prime_2 + 2 * s.size();
  const Word a = word_at(first) * prime_2, b = word_at(first + 8);
  const Word c = word_at(last - 8) * factor, d = word_at(last - 16) * prime_2;
  const Word y = std::rotr(a + b, 43) + std::rotr(c, 30) + d;
  const Word z = mix(y, a + std::rotr(b + prime_2, 18) + c, factor);
  const Word e = word_at(first + 16) * factor, f = word_at(first + 24);
  const Word g = (y + word_at(last - 32)) * factor, h = (z + word_at(last - 24)) * factor;
  return mix(std::rotr(e + f, 43) + std::rotr(g, 30) + h, e + std::rotr(f + a, 18) + g, factor);
}

// Longer ones go in blocks of 64 bytes through seven words of state.
struct State {
  Word x, y, z;
  std::pair<Word, Word> v{}, w{};

  static std::pair<Word, Word> half(const char* block, Word a, Word b) {
    a += word_at(block);
    const Word last = word_at(block + 24), before = a;
    b = std::rotr(b + a + last, 21);
    a += word_at(block + 8) + word_at(block + 16);
    return {a + last, b + std::rotr(a, 44) + before};
  }
  // The last block is taken in with other factors.
  void take(const char* block, Word factor, Word few) {
    x = std::rotr(x + y + v.first + word_at(block + 8), 37) * factor;
    y = std::rotr(y + v.second + word_at(block + 48), 42) * factor;
    x ^= w.second * few;
    y += v.first * few + word_at(block + 40);
    z = std::rotr(z + w.first, 33) * factor;
    v = half(block, v.second * factor, x + w.first);
    w = half(block + 32, z + w.second, y + word_at(block + 16));
    std::swap(z, x);
  }
};

Word of_65_and_more(std::string_view s) {
  constexpr Word seed = 81, y = seed * prime_1 + 113;
  State state{seed * prime_2 + word_at(s.data()), y, fold(y * prime_2 + 113) * prime_2};
  const std::size_t rest = (s.size() - 1) % 64, whole = s.size() - 1 - rest;
  for (std::size_t at = 0; at < whole; at += 64) state.take(s.data() + at, prime_1, 1);
  const Word factor = prime_1 + ((state.z & 0xFF) << 1);
  state.w.first += rest;
  state.v.first += state.w.first;
  state.w.first += state.v.first;
  state.take(s.data() + s.size() - 64, factor, 9);
  return mix(mix(state.v.first, state.w.first, factor) + fold(state.y) * prime_0 + state.z,
             mix(state.v.second, state.w.second, factor) + state.x, factor);
}

Word farm_hash(std::string_view s) {
  if (s.size() <= 16) return of_0_to_16(s);
  if (s.size() <= 32) return of_17_to_32(s);
  return s.size() <= 64 ? of_33_to_64(s) : of_65_and_more(s);
}

// ── SipHash-2-4 ─────────────────────────────────────────────────────────────────────────────────────────────────────

struct SipState {
  Word a, b, c, d;

  void round() {
    a += b, c += d;
    b = std::rotl(b, 13) ^ a, d = std::rotl(d, 16) ^ c;
    a = std::rotl(a, 32);
    c += b, a += d;
    b = std::rotl(b, 17) ^ c, d = std::rotl(d, 21) ^ a;
    c = std::rotl(c, 32);
  }
  void take(Word block) {
    d ^= block;
    round();
    round();
    a ^= block;
  }
};

Word sip_hash(std::string_view s, const Salt& key) {
  const Word k0 = key.first(), k1 = key.second();
  SipState state{k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573};
  const std::size_t whole = s.size() / 8 * 8;
  for (std::size_t at = 0; at < whole; at += 8) state.take(word_at(s.data() + at));
  char last[8] = {};
  std::memcpy(last, s.data() + whole, s.size() - whole);
  state.take(word_at(last) | Word{s.size()} << 56);
  state.c ^= 0xFF;
  for (int i = 0; i < 4; ++i) state.round();
  return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace

std::uint64_t fingerprint(std::string_view bytes, const std::optional<Salt>& salt) {
  return salt ? sip_hash(bytes, *salt) : farm_hash(bytes);
}

std::int64_t hash(std::string_view word, std::int64_t num_bins, const HashOptions& options) {
  if (num_bins < 1) throw ValueError("hash", fmt::format("num_bins must be 1 or more; got {}", num_bins));
  const bool masks = options.mask_value && num_bins > 1;
  if (masks && word == *options.mask_value) return 0;
  const std::int64_t first = masks ? 1 : 0;
  const auto bins = static_cast<std::uint64_t>(num_bins - first);
  return first + static_cast<std::int64_t>(fingerprint(word, options.salt) % bins);
}

}  // namespace cornu::text
