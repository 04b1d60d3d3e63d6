#pragma once
// Internal: how subwords are looked up.
#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace cornu::text {

/// A tree of strings, a character an edge. Nodes are numbered from 0, the empty string, in order of creation.
class Trie {
 public:
  using Node = std::uint32_t;
  static constexpr Node root = 0, none = ~Node{0};

  Node child(Node node, char32_t character) const {
    const auto found = children_.find(key(node, character));
    return found == children_.end() ? none : found->second;
  }
  /// The child of a node, made if there is none.
  Node add(Node node, char32_t character) {
    return children_.try_emplace(key(node, character), static_cast<Node>(children_.size() + 1)).first->second;
  }
  std::size_t size() const { return children_.size() + 1; }

 private:
  static std::uint64_t key(Node node, char32_t character) { return std::uint64_t{node} << 32 | character; }

  std::unordered_map<std::uint64_t, Node> children_;
};

}  // namespace cornu::text
