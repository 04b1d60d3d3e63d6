#pragma once
// Internal: how a text is cut before subwords are looked for.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cornu::text {

/// How a "_" of the text is written in tokens: their own underscores, at the end, stand for a blank.
inline constexpr std::string_view escaped_underscore = "\\&undsc";

/// A text cut between letters or digits and everything else, as tensorflow-datasets does it: a token before a single
/// blank ends in "_" instead, and other underscores are escaped. Joined, unescaped and "_" read as blanks, tokens give
/// the text. `reserved` are tokens that stay whole, the longest one where several fit.
///
///     subword_tokens("Hi there, you_2!", {});   // "Hi_", "there", ", ", "you\&undsc2", "!"
std::vector<std::string> subword_tokens(std::string_view text, const std::vector<std::string>& reserved);

/// Letters, digits and "_": what `\w` means in Python, but for rare marks and symbols outside the Latin, Greek,
/// Cyrillic and East Asian scripts, which count as letters here.
bool is_word_character(char32_t code_point);

/// One character of a token: a code point, an escaped underscore, or a byte that is not UTF-8. The codes of the latter
/// two lie beyond Unicode's.
struct Character {
  char32_t code;
  std::size_t begin, bytes;
};
std::vector<Character> characters_of(std::string_view text);

}  // namespace cornu::text
