#pragma once
// Internal: words, and the row of each.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cornu::explore {

/// Words in the order of their rows. Where a word comes twice, its first row counts.
class WordIndex {
 public:
  WordIndex() = default;
  explicit WordIndex(std::vector<std::string> words);

  /// The word of the next row; false, and nothing is added, when there is one already.
  bool add_new(std::string word);

  const std::vector<std::string>& words() const { return words_; }
  /// The first row of a word.
  std::optional<std::int64_t> find(std::string_view word) const;
  /// Whether the row is the first of its word.
  bool is_first(std::int64_t row) const;
  /// How many different words there are.
  std::size_t size() const { return words_.size() - repeated_.size(); }

 private:
  std::size_t slot_of(std::string_view word) const;
  void grow();

  std::vector<std::string> words_;
  std::vector<std::int64_t> repeated_;  // rows whose word came before, in ascending order
  std::vector<std::int64_t> slots_;     // open addressing, at most half full: a row, or -1
};

}  // namespace cornu::explore
