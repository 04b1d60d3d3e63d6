#include <cornu/framework/plot/png.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace cornu::plot {

namespace {

void append_big_endian(std::string& bytes, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xFFu);
}

// CRC-32 of ISO 3309, a bit at a time.
std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFu;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1u ? 0xEDB88320u : 0u);
  }
  return ~crc;
}

std::uint32_t adler32(std::string_view bytes) {
  std::uint32_t a = 1, b = 0;
  for (const char c : bytes) {
    a = (a + static_cast<unsigned char>(c)) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

std::string chunk(std::string_view type, std::string_view data) {
  std::string bytes;
  append_big_endian(bytes, static_cast<std::uint32_t>(data.size()));
  const std::string body = std::string(type) + std::string(data);
  bytes += body;
  append_big_endian(bytes, crc32(body));
  return bytes;
}

// A zlib stream of stored blocks, at most 65,535 bytes each (RFC 1950, RFC 1951).
std::string zlib_stored(std::string_view data) {
  std::string stream = "\x78\x01";
  std::size_t at = 0;
  do {
    const std::size_t count = std::min<std::size_t>(data.size() - at, 65535);
    const bool is_last = at + count == data.size();
    stream += static_cast<char>(is_last);
    for (const std::size_t length : {count, ~count}) {
      stream += static_cast<char>(length & 0xFFu);
      stream += static_cast<char>(length >> 8 & 0xFFu);
    }
    stream += data.substr(at, count);
    at += count;
  } while (at < data.size());
  append_big_endian(stream, adler32(data));
  return stream;
}

}  // namespace

std::string encode_png(const Pixels& pixels) {
  std::string header;
  append_big_endian(header, pixels.width);
  append_big_endian(header, pixels.height);
  header += '\x08';                                  // bits a channel
  header += pixels.channels == 3 ? '\x02' : '\x00';  // colour type
  header += std::string(3, '\0');                    // compression, filter, interlace
  std::string rows;
  const std::size_t length = std::size_t{pixels.width} * pixels.channels;
  for (std::size_t y = 0; y < pixels.height; ++y) {
    rows += '\0';  // each row says how it is filtered
    rows.append(reinterpret_cast<const char*>(pixels.values.data()) + y * length, length);
  }
  return "\x89PNG\r\n\x1A\n" + chunk("IHDR", header) + chunk("IDAT", zlib_stored(rows)) + chunk("IEND", "");
}

}  // namespace cornu::plot
