#include <cornu/framework/formats/hdf5/checksum.hpp>

#include <algorithm>
#include <array>
#include <bit>

namespace cornu::formats::hdf5 {

namespace {

struct Mixer {
  std::uint32_t a, b, c;

  void add(std::span<const std::byte> twelve) {
    a += word(twelve.subspan(0, 4));
    b += word(twelve.subspan(4, 4));
    c += word(twelve.subspan(8, 4));
  }
  void mix() {
    a = (a - c) ^ std::rotl(c, 4), c += b;
    b = (b - a) ^ std::rotl(a, 6), a += c;
    c = (c - b) ^ std::rotl(b, 8), b += a;
    a = (a - c) ^ std::rotl(c, 16), c += b;
    b = (b - a) ^ std::rotl(a, 19), a += c;
    c = (c - b) ^ std::rotl(b, 4), b += a;
  }
  void finish() {
    c = (c ^ b) - std::rotl(b, 14);
    a = (a ^ c) - std::rotl(c, 11);
    b = (b ^ a) - std::rotl(a, 25);
    c = (c ^ b) - std::rotl(b, 16);
    a = (a ^ c) - std::rotl(c, 4);
    b = (b ^ a) - std::rotl(a, 14);
    c = (c ^ b) - std::rotl(b, 24);
  }
  static std::uint32_t word(std::span<const std::byte> four) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) value = value << 8 | std::to_integer<std::uint32_t>(four[i]);
    return value;
  }
};

std::uint32_t fold(std::uint64_t sum) {
  while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint32_t>(sum);
}

}  // namespace

std::uint32_t lookup3(std::span<const std::byte> bytes) {
  const std::uint32_t start = 0xDEADBEEFU + static_cast<std::uint32_t>(bytes.size());
  Mixer mixer{start, start, start};
  if (bytes.empty()) return mixer.c;
  for (; bytes.size() > 12; bytes = bytes.subspan(12)) {
    mixer.add(bytes.first(12));
    mixer.mix();
  }
  std::array<std::byte, 12> last{};
  std::copy(bytes.begin(), bytes.end(), last.begin());
  mixer.add(last);
  mixer.finish();
  return mixer.c;
}

std::uint32_t fletcher32(std::span<const std::byte> bytes) {
  std::uint64_t first = 0, second = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const auto high = std::to_integer<std::uint64_t>(bytes[i]);
    const auto low = i + 1 < bytes.size() ? std::to_integer<std::uint64_t>(bytes[i + 1]) : 0;
    first = fold(first + (high << 8 | low));
    second = fold(second + first);
  }
  return fold(second) << 16 | fold(first);
}

}  // namespace cornu::formats::hdf5
