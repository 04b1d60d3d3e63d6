#include <cornu/framework/text/encoders/subword_tokens.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <cornu/framework/base/utf8.hpp>

namespace cornu::text {

namespace {

// Blocks of punctuation, symbols and marks outside ASCII, in order.
constexpr std::array<std::pair<char32_t, char32_t>, 40> not_words{{
    {0x0080, 0x00A9}, {0x00AB, 0x00B1}, {0x00B4, 0x00B4}, {0x00B6, 0x00B8},   {0x00BB, 0x00BB}, {0x00BF, 0x00BF},
    {0x00D7, 0x00D7}, {0x00F7, 0x00F7}, {0x02C2, 0x02C5}, {0x02D2, 0x02DF},   {0x0300, 0x036F}, {0x037E, 0x037E},
    {0x0387, 0x0387}, {0x0482, 0x0489}, {0x055A, 0x055F}, {0x0589, 0x05CF},   {0x0600, 0x061F}, {0x064B, 0x065F},
    {0x066A, 0x066D}, {0x06D4, 0x06D4}, {0x2000, 0x206F}, {0x207A, 0x207E},   {0x208A, 0x208E}, {0x20A0, 0x20FF},
    {0x2116, 0x2117}, {0x2120, 0x2122}, {0x2190, 0x245F}, {0x249C, 0x24E9},   {0x2500, 0x2775}, {0x2794, 0x2BFF},
    {0x3000, 0x3004}, {0x3008, 0x3020}, {0x30FB, 0x30FB}, {0xFE00, 0xFE6F},   {0xFF01, 0xFF0F}, {0xFF1A, 0xFF20},
    {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF},
}};

// The longest reserved token at the front of a text, or "".
std::string_view reserved_front(std::string_view text, const std::vector<std::string>& reserved) {
  std::string_view longest = text.starts_with(escaped_underscore) ? escaped_underscore : std::string_view();
  for (const std::string& token : reserved)
    if (token.size() > longest.size() && text.starts_with(token)) longest = token;
  return longest;
}

// Reserved tokens, runs of word characters and runs of others.
std::vector<std::string_view> runs_of(std::string_view text, const std::vector<std::string>& reserved) {
  std::vector<std::string_view> runs;
  std::size_t begin = 0, at = 0;
  bool in_word = false;
  const auto end_run = [&] {
    if (at > begin) runs.push_back(text.substr(begin, at - begin));
    begin = at;
  };
  while (at < text.size()) {
    if (const std::string_view token = reserved_front(text.substr(at), reserved); !token.empty()) {
      end_run();
      at += token.size();
      end_run();
      continue;
    }
    const Utf8Step step = utf8_front(text.substr(at));
    const bool is_word = is_word_character(step.code_point);
    if (is_word != in_word) end_run();
    in_word = is_word;
    at += step.bytes;
  }
  end_run();
  return runs;
}

std::string escape(std::string_view run) {
  std::string token;
  for (const char c : run) token += c == '_' ? std::string(escaped_underscore) : std::string(1, c);
  return token;
}

}  // namespace

bool is_word_character(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  const auto block = std::partition_point(not_words.begin(), not_words.end(),
                                          [c](const std::pair<char32_t, char32_t>& range) { return range.second < c; });
  return block == not_words.end() || c < block->first;
}

std::vector<std::string> subword_tokens(std::string_view text, const std::vector<std::string>& reserved) {
  const std::vector<std::string_view> runs = runs_of(text, reserved);
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    std::string_view run = runs[i];
    if (run == escaped_underscore) {  // the text itself has it: as two tokens it is no underscore
      tokens.emplace_back(run.substr(0, 2));
      run.remove_prefix(2);
    }
    tokens.push_back(escape(run));
    if (i + 1 < runs.size() && runs[i + 1] == " ") {
      tokens.back() += '_';
      ++i;
    }
  }
  return tokens;
}

std::vector<Character> characters_of(std::string_view text) {
  constexpr char32_t first_byte = 0x110000, underscore = first_byte + 256;
  std::vector<Character> characters;
  for (std::size_t at = 0; at < text.size(); at += characters.back().bytes) {
    const Utf8Step step = utf8_front(text.substr(at));
    if (text.substr(at).starts_with(escaped_underscore)) {
      characters.push_back({underscore, at, escaped_underscore.size()});
    } else if (step.valid) {
      characters.push_back({step.code_point, at, step.bytes});
    } else {
      characters.push_back({first_byte + static_cast<unsigned char>(text[at]), at, 1});
    }
  }
  return characters;
}

}  // namespace cornu::text
