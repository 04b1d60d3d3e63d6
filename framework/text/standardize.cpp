#include <cornu/framework/text/standardize.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>

#include <cornu/framework/base/errors.hpp>

namespace cornu::text {

namespace {

// ASCII alone, whatever the locale says.
bool is_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

char lower_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr std::string_view whitespace = " \t\n\v\f\r";

}  // namespace

Ngrams::Ngrams(int longest) {
  const bool fits = longest >= 1 && longest <= most;
  for (int length = 1; fits && length <= longest; ++length) lengths_.push_back(length);
  if (!fits) lengths_.push_back(longest);  // refused by whoever takes it
}

Ngrams::Ngrams(std::initializer_list<int> lengths) : lengths_(lengths) {}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), lower_letter);
  return text;
}

std::string strip_punctuation(std::string text) {
  std::erase_if(text, is_punctuation);
  return text;
}

std::vector<std::string> split_whitespace(std::string_view text) {
  std::vector<std::string> tokens;
  for (std::size_t end = 0;;) {
    const std::size_t begin = text.find_first_not_of(whitespace, end);
    if (begin == std::string_view::npos) return tokens;
    end = std::min(text.find_first_of(whitespace, begin), text.size());
    tokens.emplace_back(text.substr(begin, end - begin));
  }
}

std::vector<std::string> make_ngrams(const std::vector<std::string>& tokens, const std::vector<int>& lengths) {
  std::vector<std::string> ngrams;
  for (const int length : lengths) {
    if (length < 1 || length > Ngrams::most)
      throw ValueError("make_ngrams",
                       fmt::format("a length of ngrams must lie in 1 … {}; got {}", Ngrams::most, length));
    const auto count = static_cast<std::size_t>(length);
    for (std::size_t first = 0; first + count <= tokens.size(); ++first) {
      std::string& ngram = ngrams.emplace_back(tokens[first]);
      for (std::size_t i = first + 1; i < first + count; ++i) ngram += ' ' + tokens[i];
    }
  }
  return ngrams;
}

}  // namespace cornu::text
