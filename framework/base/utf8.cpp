#include <cornu/framework/base/utf8.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace cornu {

namespace {

/// By the first byte: the length of the sequence (0: none starts so) and what its second byte may be (Unicode, table
/// 3-7).
struct Lead {
  std::size_t length;
  unsigned char low = 0x80, high = 0xBF;
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1};
  if (byte < 0xC2) return {0};
  if (byte < 0xE0) return {2};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte < 0xF0) return {3};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte < 0xF4) return {4};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0};
}

// How many bytes below 0x80 stand there: 8, or 1, or none.
std::size_t ascii_at(std::string_view text, std::size_t at) {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::uint64_t eight = high_bits;
  if (text.size() - at >= sizeof(eight)) std::memcpy(&eight, text.data() + at, sizeof(eight));
  if ((eight & high_bits) == 0) return sizeof(eight);
  return static_cast<unsigned char>(text[at]) < 0x80 ? 1 : 0;
}

}  // namespace

Utf8Step utf8_front(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const Lead lead = lead_of(byte(0));
  if (lead.length == 1) return {1, true, byte(0)};
  char32_t code_point = byte(0) & (0x7Fu >> lead.length);
  std::size_t good = 1;
  for (; good < std::min(lead.length, text.size()); ++good) {
    const bool fits = byte(good) >= (good == 1 ? lead.low : 0x80) && byte(good) <= (good == 1 ? lead.high : 0xBF);
    if (!fits) break;
    code_point = code_point << 6 | (byte(good) & 0x3Fu);
  }
  if (good == lead.length) return {good, true, code_point};
  return {good, false, 0xFFFD};
}

std::size_t find_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t ascii = ascii_at(text, at); ascii > 0) {
      at += ascii;
      continue;
    }
    const Utf8Step step = utf8_front(text.substr(at));
    if (!step.valid) return at;
    at += step.bytes;
  }
  return std::string_view::npos;
}

std::vector<std::string> utf8_characters(std::string_view text) {
  std::vector<std::string> characters;
  while (!text.empty()) {
    const Utf8Step step = utf8_front(text);
    characters.emplace_back(step.valid ? text.substr(0, step.bytes) : "\xEF\xBF\xBD");
    text.remove_prefix(step.bytes);
  }
  return characters;
}

}  // namespace cornu
