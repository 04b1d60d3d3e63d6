#include <cornu/framework/text/encoders/subword_vocabulary.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/text/encoders/subword_tokens.hpp>

namespace cornu::text {

namespace {

constexpr int rounds = 4;
constexpr std::size_t most_parts = std::size_t{1} << 28;

std::size_t longest_of(const std::vector<std::string>& reserved, std::size_t at_least) {
  std::size_t length = at_least;
  for (const std::string& token : reserved) length = std::max(length, characters_of(token).size());
  return length;
}

// No subword is longer than the longest token.
std::size_t useful_length(const TokenCounts& tokens, std::size_t max_subword_length) {
  std::size_t longest = 1;
  for (const auto& [text, count] : tokens) longest = std::max(longest, text.size());
  return std::min(longest, max_subword_length);
}

void require_room(std::size_t parts, std::size_t max_subword_length) {
  if (parts <= most_parts) return;
  throw ValueError(
      "SubwordTextEncoder",
      fmt::format("max_subword_length is too large for these texts; got {}, which gives {} parts of words or "
                  "more; expected at most {}; lower it",
                  max_subword_length, parts, most_parts));
}

}  // namespace

SubwordVocabulary::SubwordVocabulary(const TokenCounts& tokens, const std::vector<std::string>& reserved,
                                     std::size_t max_subword_length)
    : reserved_(reserved),
      max_subword_length_(useful_length(tokens, max_subword_length)),
      depth_(longest_of(reserved, max_subword_length_)),
      parents_{Trie::root},
      texts_{""},
      by_depth_(max_subword_length_ + 1) {
  for (const auto& [text, count] : tokens) add_token(text, count);
}

std::vector<std::string> SubwordVocabulary::learn(std::int64_t min_count) const {
  std::vector<Node> chosen;
  std::vector<std::int64_t> counts;
  for (int round = 0; round < rounds; ++round) {
    counts = count_prefixes(known_with(chosen));
    chosen = choose(counts, min_count);
  }
  std::vector<Subword> ranking;
  for (const Node node : chosen) ranking.push_back({counts[node], texts_[node]});
  std::sort(ranking.begin(), ranking.end(),
            [](const Subword& a, const Subword& b) { return std::pair(a.count, a.text) > std::pair(b.count, b.text); });
  std::vector<std::string> subwords = reserved_;
  for (const Subword& subword : ranking) subwords.emplace_back(subword.text);
  return subwords;
}

void SubwordVocabulary::add_token(std::string_view text, std::int64_t count) {
  const std::vector<Character> characters = characters_of(text);
  tokens_.push_back({starts_.size(), characters.size(), count});
  for (std::size_t start = 0; start < characters.size(); ++start) {
    require_room(std::max(trie_.size(), paths_.size() / 4), max_subword_length_);
    starts_.push_back(paths_.size());
    Node node = Trie::root;
    for (std::size_t depth = 1; depth <= std::min(depth_, characters.size() - start); ++depth) {
      const Character& last = characters[start + depth - 1];
      const std::size_t begin = characters[start].begin;
      node = add_node(node, last.code, text.substr(begin, last.begin + last.bytes - begin), depth);
      paths_.push_back(node);
    }
  }
}

Trie::Node SubwordVocabulary::add_node(Node parent, char32_t character, std::string_view text, std::size_t depth) {
  const Node node = trie_.add(parent, character);
  if (node < parents_.size()) return node;
  parents_.push_back(parent);
  texts_.push_back(text);
  const bool is_reserved = std::find(reserved_.begin(), reserved_.end(), text) != reserved_.end();
  const bool is_byte = text.size() == 1 || text == escaped_underscore;  // which always has an id
  const bool can_be_subword = depth <= max_subword_length_ && !is_byte && !is_reserved;
  if (can_be_subword) by_depth_[depth].push_back(node);
  return node;
}

Trie::Node SubwordVocabulary::find(std::string_view text) const {
  Node node = Trie::root;
  for (const Character& character : characters_of(text))
    if (node != Trie::none) node = trie_.child(node, character.code);
  return node;
}

// Characters of the longest known string at a place of a token; 1 when there is none.
std::size_t SubwordVocabulary::longest_match(const Token& token, std::size_t start,
                                             const std::vector<bool>& known) const {
  std::size_t length = std::min(depth_, token.length - start);
  while (length > 1 && !known[path(token.first + start, length)]) --length;
  return length;
}

std::vector<std::int64_t> SubwordVocabulary::count_prefixes(const std::vector<bool>& known) const {
  std::vector<std::int64_t> counts(trie_.size());
  for (const Token& token : tokens_) {
    for (std::size_t start = 0; start < token.length; start += longest_match(token, start, known)) {
      const std::size_t longest = std::min(max_subword_length_, token.length - start);
      for (std::size_t length = 1; length <= longest; ++length)
        counts[path(token.first + start, length)] += token.count;
    }
  }
  return counts;
}

// Frequent strings, the longest first; what a chosen one accounts for is taken off its beginnings.
std::vector<Trie::Node> SubwordVocabulary::choose(std::vector<std::int64_t>& counts, std::int64_t min_count) const {
  std::vector<Node> chosen;
  for (auto nodes = by_depth_.rbegin(); nodes != by_depth_.rend(); ++nodes) {
    for (const Node node : *nodes) {
      if (counts[node] < min_count) continue;
      chosen.push_back(node);
      for (Node prefix = parents_[node]; prefix != Trie::root; prefix = parents_[prefix])
        counts[prefix] -= counts[node];
    }
  }
  return chosen;
}

std::vector<bool> SubwordVocabulary::known_with(const std::vector<Node>& chosen) const {
  std::vector<bool> known(trie_.size());
  for (const Node node : chosen) known[node] = true;
  for (const std::string& token : reserved_)
    if (const Node node = find(token); node != Trie::none) known[node] = true;
  return known;
}

}  // namespace cornu::text
