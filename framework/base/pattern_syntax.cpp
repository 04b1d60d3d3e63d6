#include <cornu/framework/base/pattern_syntax.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>

#include <cornu/framework/base/utf8.hpp>

namespace cornu::detail {

namespace {

constexpr char32_t last = 0x10FFFF;

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

const CharacterRanges digits{{'0', '9'}}, spaces{{'\t', '\r'}, {' ', ' '}},
    words{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}, {0x80, last}};

CharacterRanges in_order(CharacterRanges ranges) {
  std::sort(ranges.begin(), ranges.end());
  CharacterRanges apart;
  for (const auto& range : ranges) {
    if (!apart.empty() && range.first <= apart.back().second + 1)
      apart.back().second = std::max(apart.back().second, range.second);
    else
      apart.push_back(range);
  }
  return apart;
}

CharacterRanges all_but(const CharacterRanges& ranges) {
  CharacterRanges others;
  char32_t from = 0;
  for (const auto& range : ranges) {
    if (range.first > from) others.emplace_back(from, range.first - 1);
    from = range.second + 1;
  }
  if (from <= last) others.emplace_back(from, last);
  return others;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  PatternNode parse() {
    PatternNode node = choice();
    if (!text_.empty()) refuse("a ')' without its '('");
    return node;
  }

 private:
  bool take(std::string_view what) {
    if (!text_.starts_with(what)) return false;
    text_.remove_prefix(what.size());
    return true;
  }
  char32_t next(const char* or_else) {
    if (text_.empty()) refuse(or_else);
    const Utf8Step step = utf8_front(text_);
    text_.remove_prefix(step.bytes);
    return step.code_point;
  }

  PatternNode choice() {
    constexpr int most_groups = 100;
    if (++depth_ > most_groups) refuse("more than 100 groups in one another");
    PatternNode node{.kind = PatternNode::choice};
    do node.children.push_back(sequence());
    while (take("|"));
    --depth_;
    return node;
  }

  PatternNode sequence() {
    PatternNode node{.kind = PatternNode::sequence};
    while (!text_.empty() && text_[0] != '|' && text_[0] != ')') node.children.push_back(repeated(one()));
    return node;
  }

  // What stands behind a part: *, +, ?, {2}, {2,}, {,3}, {2,3}, and a further ? for as few as possible, which is the
  // same here.
  PatternNode repeated(PatternNode node) {
    const auto counts = quantifier();
    if (!counts) return node;
    if (node.kind >= PatternNode::begin && node.kind <= PatternNode::no_boundary) refuse("nothing to repeat");
    take("?");
    PatternNode all{.kind = PatternNode::repeat, .least = counts->first, .most = counts->second};
    all.children.push_back(std::move(node));
    if (quantifier()) refuse("a repetition of a repetition; put the first one into a group");
    return all;
  }

  std::optional<std::pair<int, int>> quantifier() {
    if (take("*")) return std::pair(0, -1);
    if (take("+")) return std::pair(1, -1);
    if (take("?")) return std::pair(0, 1);
    return counted();
  }

  // A brace that is no count stands for itself.
  std::optional<std::pair<int, int>> counted() {
    const std::size_t end = text_.find('}');
    if (!text_.starts_with('{') || end == std::string_view::npos) return std::nullopt;
    const std::string_view inside = text_.substr(1, end - 1);
    if (inside.empty() || inside.find_first_not_of("0123456789,") != std::string_view::npos ||
        std::count(inside.begin(), inside.end(), ',') > 1 || inside == ",")
      return std::nullopt;
    const std::size_t comma = std::min(inside.find(','), inside.size());
    const int least = count(inside.substr(0, comma), 0);
    const int most = comma == inside.size() ? least : count(inside.substr(comma + 1), -1);
    if (most >= 0 && most < least) refuse("a repetition of more times than at most");
    text_.remove_prefix(end + 1);
    return std::pair(least, most);
  }

  static int count(std::string_view digits, int if_empty) {
    constexpr int most = 1000;
    if (digits.empty()) return if_empty;
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || value > most) refuse("a repetition of more than 1000 times");
    return value;
  }

  PatternNode one() {
    if (take("(")) return group();
    if (take("[")) return {.kind = PatternNode::one_of, .characters = set()};
    if (take(".")) return {.kind = PatternNode::one_of, .characters = all_but({{'\n', '\n'}})};
    if (take("^")) return {.kind = PatternNode::begin};
    if (take("$")) return {.kind = PatternNode::end};
    if (take("\\A")) return {.kind = PatternNode::begin};
    if (take("\\Z")) return {.kind = PatternNode::text_end};
    if (take("\\b")) return {.kind = PatternNode::boundary};
    if (take("\\B")) return {.kind = PatternNode::no_boundary};
    if (quantifier()) refuse("nothing to repeat");
    return {.kind = PatternNode::one_of, .characters = character()};
  }

  PatternNode group() {
    if (take("?P<"))
      while (next("a '(?P<' without its '>'") != '>') {
      }
    else if (!take("?:") && text_.starts_with('?'))
      refuse(
          "'(?' that is not '(?:' or '(?P<name>': looking ahead or behind, options and references to groups are not "
          "supported");
    PatternNode node = choice();
    if (!take(")")) refuse("a '(' without its ')'");
    return node;
  }

  // Behind a "[".
  CharacterRanges set() {
    const char* const unfinished = "a '[' without its ']'";
    const bool others = take("^");
    CharacterRanges ranges;
    do {
      if (text_.empty()) refuse(unfinished);
      const CharacterRanges from = take("\\b") ? CharacterRanges{{'\b', '\b'}} : character();
      ranges.insert(ranges.end(), from.begin(), from.end());
      if (text_.size() < 2 || text_[0] != '-' || text_[1] == ']') continue;
      take("-");
      const CharacterRanges to = character();
      const auto is_one = [](const CharacterRanges& all) { return all.size() == 1 && all[0].first == all[0].second; };
      if (!is_one(from) || !is_one(to) || from[0].first > to[0].first) refuse("a range that does not rise in a '[…]'");
      ranges.emplace_back(from[0].first, to[0].first);
    } while (!take("]"));
    return others ? all_but(in_order(ranges)) : in_order(ranges);
  }

  // A character, or one of a class of them.
  CharacterRanges character() {
    const char32_t c = next("nothing where a character is expected");
    if (c != '\\') return {{c, c}};
    const char32_t name = next("a '\\' at the end");
    for (const auto& [letter, ranges] : {std::pair('d', &digits), std::pair('w', &words), std::pair('s', &spaces)}) {
      if (name == static_cast<char32_t>(letter)) return *ranges;
      if (name == static_cast<char32_t>(letter - 'a' + 'A')) return all_but(*ranges);
    }
    const char32_t escaped = this->escaped(name);
    return {{escaped, escaped}};
  }

  static char32_t escaped(char32_t name) {
    constexpr std::string_view names = "nrtfva", meanings = "\n\r\t\f\v\a";
    const bool is_letter = (name >= 'a' && name <= 'z') || (name >= 'A' && name <= 'Z');
    if (name >= '0' && name <= '9') refuse("'\\' and a digit: references to groups are not supported");
    if (!is_letter) return name;
    const std::size_t place = names.find(static_cast<char>(name));
    if (place == std::string_view::npos)
      refuse(std::string("'\\") + static_cast<char>(name) + "', which is not supported");
    return static_cast<char32_t>(meanings[place]);
  }

  std::string_view text_;
  int depth_ = 0;
};

}  // namespace

bool is_word_character(char32_t character) {
  return std::any_of(words.begin(), words.end(),
                     [&](const auto& range) { return character >= range.first && character <= range.second; });
}

PatternNode parse_pattern(std::string_view text) { return Parser(text).parse(); }

}  // namespace cornu::detail
