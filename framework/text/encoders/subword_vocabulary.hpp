#pragma once
// Internal: how subwords are found.
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/text/encoders/trie.hpp>

namespace cornu::text {

/// How often each token occurs in a corpus.
using TokenCounts = std::map<std::string, std::int64_t>;

/// Finds subwords by which tokens can be written shortly, by tensorflow-datasets' rule: cut all tokens greedily into
/// the subwords known so far, count every string that begins at a cut, keep those that are frequent enough and not
/// merely the beginning of a longer one that is kept; four times over. Every string that can occur is a node of a tree
/// made once, so that counting adds to an array.
class SubwordVocabulary {
 public:
  /// Throws ValueError when a max_subword_length gives too many different strings.
  SubwordVocabulary(const TokenCounts& tokens, const std::vector<std::string>& reserved,
                    std::size_t max_subword_length);

  /// The reserved tokens, then subwords that occur min_count times or more by falling count, equal ones in reverse
  /// order of their bytes.
  std::vector<std::string> learn(std::int64_t min_count) const;

 private:
  using Node = Trie::Node;
  struct Token {
    std::size_t first, length;  // of its characters among all, and how many
    std::int64_t count;
  };
  struct Subword {
    std::int64_t count;
    std::string_view text;
  };

  void add_token(std::string_view text, std::int64_t count);
  Node add_node(Node parent, char32_t character, std::string_view text, std::size_t depth);
  Node find(std::string_view text) const;
  Node path(std::size_t start, std::size_t length) const { return paths_[starts_[start] + length - 1]; }
  std::size_t longest_match(const Token& token, std::size_t start, const std::vector<bool>& known) const;
  std::vector<std::int64_t> count_prefixes(const std::vector<bool>& known) const;
  std::vector<Node> choose(std::vector<std::int64_t>& counts, std::int64_t min_count) const;
  std::vector<bool> known_with(const std::vector<Node>& chosen) const;

  std::vector<std::string> reserved_;
  std::size_t max_subword_length_, depth_;
  Trie trie_;
  std::vector<Node> parents_;                // of each node
  std::vector<std::string_view> texts_;      // of each node, inside the tokens
  std::vector<std::vector<Node>> by_depth_;  // nodes of each depth that may become subwords
  std::vector<Token> tokens_;
  std::vector<std::size_t> starts_;  // of each character: where its paths begin
  std::vector<Node> paths_;          // for each character the nodes of the strings that begin there, the shortest first
};

}  // namespace cornu::text
