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

  /// Takes memory for so many words in all.
  void reserve(std::int64_t words);
  /// Starts to fetch what add_new and find need for the word into the processor's cache.
  void expect(std::string_view word) const;
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
  struct Slot {                // small, since most accesses miss the processor's caches
    std::uint32_t number = 0;  // the row + 1; 0: free
    std::uint32_t hash = 0;    // of its word
  };
  std::size_t slot_of(std::string_view word, std::uint32_t hash) const;
  void resize_slots(std::size_t words);

  std::vector<std::string> words_;
  std::vector<std::int64_t> repeated_;  // rows whose word came before, in ascending order
  std::vector<Slot> slots_;             // open addressing, at most half full
};

}  // namespace cornu::explore
