#include <cornu/framework/base/shown.hpp>

#include <fmt/format.h>

#include <iterator>

#include <cornu/framework/base/utf8.hpp>

namespace cornu {

std::string shown(std::string_view text, std::size_t characters) {
  std::string result;
  for (; !text.empty(); --characters) {
    if (characters == 0) return result + "…";
    const Utf8Step step = utf8_front(text);
    if (step.valid && step.code_point >= 0x20 && step.code_point != 0x7F)
      result += text.substr(0, step.bytes);
    else
      for (const char c : text.substr(0, step.bytes))
        fmt::format_to(std::back_inserter(result), "\\x{:02x}", static_cast<unsigned char>(c));
    text.remove_prefix(step.bytes);
  }
  return result;
}

}  // namespace cornu
