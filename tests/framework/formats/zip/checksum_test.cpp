#include <cornu/framework/formats/zip/checksum.hpp>

#include <doctest/doctest.h>
#include <zlib.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace {

using cornu::formats::checksum_of;

std::vector<std::byte> some_bytes(std::size_t count) {
  std::vector<std::byte> bytes(count);
  std::uint32_t state = 1;
  for (std::byte& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<std::byte>(state >> 24);
  }
  return bytes;
}

std::uint32_t by_zlib(std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<unsigned>(bytes.size())));
}

}  // namespace

TEST_CASE("zip checksum: the check value that the catalogue of CRCs gives for CRC-32") {
  constexpr std::string_view digits = "123456789";
  CHECK(checksum_of(0, std::as_bytes(std::span(digits))) == 0xCBF43926);
}

TEST_CASE("zip checksum: zlib's, for every length up to some strides and from every address") {
  const std::vector<std::byte> bytes = some_bytes(400);
  for (std::size_t begin = 0; begin < 16; ++begin)
    for (std::size_t length = 0; length <= 300; ++length) {
      const auto block = std::span(bytes).subspan(begin, length);
      REQUIRE(checksum_of(0, block) == by_zlib(block));
    }
}

TEST_CASE("zip checksum: of a block in two pieces, cut anywhere") {
  const std::vector<std::byte> bytes = some_bytes(1000);
  const std::span<const std::byte> all(bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut)
    REQUIRE(checksum_of(checksum_of(0, all.first(cut)), all.subspan(cut)) == by_zlib(all));
}

TEST_CASE("zip checksum: each single bit that changes in a long block changes it") {
  std::vector<std::byte> bytes = some_bytes(256);
  const std::uint32_t before = checksum_of(0, bytes);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    const auto mask = static_cast<std::byte>(1 << bit % 8);
    bytes[bit / 8] ^= mask;
    REQUIRE(checksum_of(0, bytes) != before);
    bytes[bit / 8] ^= mask;
  }
}

TEST_CASE("zip checksum: no bytes leave it as it was") {
  CHECK(checksum_of(0, {}) == 0);
  CHECK(checksum_of(0x12345678, {}) == 0x12345678);
}
