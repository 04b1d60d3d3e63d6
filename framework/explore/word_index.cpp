#include <cornu/framework/explore/word_index.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace cornu::explore {

WordIndex::WordIndex(std::vector<std::string> words) : words_(std::move(words)) {
  slots_.assign(16, -1);
  while (slots_.size() < 2 * words_.size()) slots_.resize(2 * slots_.size(), -1);
  for (std::int64_t row = 0; row < std::ssize(words_); ++row) {
    std::int64_t& slot = slots_[slot_of(words_[static_cast<std::size_t>(row)])];
    if (slot < 0)
      slot = row;
    else
      repeated_.push_back(row);
  }
}

bool WordIndex::add_new(std::string word) {
  if (2 * words_.size() >= slots_.size()) grow();
  std::int64_t& slot = slots_[slot_of(word)];
  if (slot >= 0) return false;
  words_.push_back(std::move(word));
  slot = std::ssize(words_) - 1;
  return true;
}

std::optional<std::int64_t> WordIndex::find(std::string_view word) const {
  if (slots_.empty()) return std::nullopt;
  const std::int64_t row = slots_[slot_of(word)];
  return row < 0 ? std::nullopt : std::optional(row);
}

bool WordIndex::is_first(std::int64_t row) const {
  return repeated_.empty() || !std::binary_search(repeated_.begin(), repeated_.end(), row);
}

// Where the word stands, or would.
std::size_t WordIndex::slot_of(std::string_view word) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = std::hash<std::string_view>()(word) & mask;
  while (slots_[slot] >= 0 && words_[static_cast<std::size_t>(slots_[slot])] != word) slot = (slot + 1) & mask;
  return slot;
}

void WordIndex::grow() {
  slots_.assign(std::max<std::size_t>(16, 2 * slots_.size()), -1);
  for (std::int64_t row = 0; row < std::ssize(words_); ++row)
    if (is_first(row)) slots_[slot_of(words_[static_cast<std::size_t>(row)])] = row;
}

}  // namespace cornu::explore
