#include <cornu/framework/plot/png.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

using cornu::plot::encode_png;
using cornu::plot::Pixels;

namespace {

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

}  // namespace

// The same files as Python's struct and zlib make: crc32, adler32 and stored blocks.
TEST_CASE("png: two grey pixels, byte for byte") {
  CHECK(hex(encode_png({2, 1, 1, {0, 255}})) ==
        "89504e470d0a1a0a0000000d4948445200000002000000010800000000d14920560000000e4944415478010103"
        "00fcff0000ff01020100b7012ef70000000049454e44ae426082");
}

TEST_CASE("png: two rows of one coloured pixel, byte for byte") {
  CHECK(hex(encode_png({1, 2, 3, {1, 2, 3, 4, 5, 6}})) ==
        "89504e470d0a1a0a0000000d494844520000000100000002080200000016e321700000001349444154780101"
        "0800f7ff00010203000405060046001686e719c00000000049454e44ae426082");
}

TEST_CASE("png: a large picture goes into several blocks") {
  Pixels pixels{300, 300, 1, {}};
  for (unsigned y = 0; y < 300; ++y) {
    for (unsigned x = 0; x < 300; ++x) pixels.values.push_back(static_cast<std::uint8_t>(x * 7 + y));
  }
  const std::string png = encode_png(pixels), data = png.substr(41, png.size() - 41 - 16);
  CHECK(hex(data.substr(0, 7)) == "780100ffff0000");      // 65,535 bytes, not the last
  CHECK(hex(data.substr(7 + 65535, 5)) == "01bd60429f");  // the other 24,765
  CHECK(data.size() == 2 + 5 + 65535 + 5 + 24765 + 4);
  CHECK(hex(data.substr(data.size() - 4)) == "db7eb7f3");  // zlib.adler32
}
