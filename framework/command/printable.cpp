#include <cornu/framework/command/printable.hpp>

#include <cstddef>

namespace cornu::command {

namespace {

// Those of ASCII, and U+0080 to U+009F, which UTF-8 writes as \xC2 and a byte more.
bool is_control(const std::string& text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  const bool is_second = at > 0 && text[at - 1] == '\xC2' && byte >= 0x80 && byte < 0xA0;
  return is_second || (byte < 0x20 && byte != '\n') || byte == 0x7F;
}

}  // namespace

std::string printable(std::string text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_control(text, i)) continue;
    if (static_cast<unsigned char>(text[i]) >= 0x80) text[i - 1] = '?';
    text[i] = '?';
  }
  return text;
}

}  // namespace cornu::command
