#pragma once
// Internal: what a pattern says.
#include <string_view>
#include <utility>
#include <vector>

namespace cornu::detail {

/// Characters from … to, both among them, in rising order and apart.
using CharacterRanges = std::vector<std::pair<char32_t, char32_t>>;

/// A part of a pattern.
struct PatternNode {
  enum Kind { one_of, begin, end, text_end, boundary, no_boundary, sequence, choice, repeat };

  Kind kind;
  CharacterRanges characters = {};         // of one_of
  std::vector<PatternNode> children = {};  // of sequence, choice and repeat
  int least = 0, most = 0;                 // of repeat; a `most` below 0 is no limit
};

bool is_word_character(char32_t character);

/// Reads a regular expression (see Pattern). Throws std::invalid_argument, with what is wrong, for what is none.
PatternNode parse_pattern(std::string_view text);

}  // namespace cornu::detail
