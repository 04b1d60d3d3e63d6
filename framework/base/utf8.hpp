#pragma once
// Internal: UTF-8.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu {

/// What a decoder finds at the front of a text: so many bytes that are one code point, or (`valid` false) so many that
/// cannot be one, as Unicode advises to count them: the longest start of a sequence, else one byte.
struct Utf8Step {
  std::size_t bytes;
  bool valid;
  char32_t code_point;  // U+FFFD when not valid
};

/// `text` must not be empty.
Utf8Step utf8_front(std::string_view text);

/// Position of the first byte that is not UTF-8, or std::string_view::npos.
std::size_t find_invalid_utf8(std::string_view text);

/// The characters (code points) of a text, each as a string; "\uFFFD" for what is not UTF-8.
std::vector<std::string> utf8_characters(std::string_view text);

}  // namespace cornu
CORNU_EXPORT_END
