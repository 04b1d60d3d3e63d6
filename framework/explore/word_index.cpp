#include <cornu/framework/explore/word_index.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/formats/huge_pages.hpp>

namespace cornu::explore {

namespace {

std::uint32_t hash_of(std::string_view word) { return static_cast<std::uint32_t>(std::hash<std::string_view>()(word)); }

std::size_t row_of(std::uint32_t number) { return number - 1; }

std::uint32_t number_of(std::size_t row) { return static_cast<std::uint32_t>(row + 1); }

}  // namespace

WordIndex::WordIndex(std::vector<std::string> words) : words_(std::move(words)) {
  resize_slots(words_.size());
  for (std::size_t row = 0; row < words_.size(); ++row) {
    const std::uint32_t hash = hash_of(words_[row]);
    Slot& slot = slots_[slot_of(words_[row], hash)];
    if (slot.number == 0)
      slot = {number_of(row), hash};
    else
      repeated_.push_back(static_cast<std::int64_t>(row));
  }
}

void WordIndex::reserve(std::int64_t words) {
  const auto count = static_cast<std::size_t>(words);
  words_.reserve(count);
  if (2 * count > slots_.size()) resize_slots(count);
}

void WordIndex::expect(std::string_view word) const {
  if (!slots_.empty()) __builtin_prefetch(&slots_[hash_of(word) & (slots_.size() - 1)], 1);
}

bool WordIndex::add_new(std::string word) {
  if (2 * words_.size() >= slots_.size()) resize_slots(2 * words_.size());
  const std::uint32_t hash = hash_of(word);
  Slot& slot = slots_[slot_of(word, hash)];
  if (slot.number != 0) return false;
  words_.push_back(std::move(word));
  slot = {number_of(words_.size() - 1), hash};
  return true;
}

std::optional<std::int64_t> WordIndex::find(std::string_view word) const {
  if (slots_.empty()) return std::nullopt;
  const std::uint32_t number = slots_[slot_of(word, hash_of(word))].number;
  return number == 0 ? std::nullopt : std::optional(static_cast<std::int64_t>(row_of(number)));
}

bool WordIndex::is_first(std::int64_t row) const {
  return repeated_.empty() || !std::binary_search(repeated_.begin(), repeated_.end(), row);
}

// Where the word stands, or would.
std::size_t WordIndex::slot_of(std::string_view word, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = hash & mask;
  const auto is_other = [&](const Slot& slot) {
    return slot.number != 0 && (slot.hash != hash || words_[row_of(slot.number)] != word);
  };
  while (is_other(slots_[place])) place = (place + 1) & mask;
  return place;
}

// Room for so many words.
void WordIndex::resize_slots(std::size_t words) {
  constexpr std::size_t most = 0x7FFFFFFF;
  if (words > most) throw ValueError("EmbeddingTable", fmt::format("{} words; expected at most {}", words, most));
  const std::size_t count = std::bit_ceil(std::max<std::size_t>(16, 2 * words + 2));
  std::vector<Slot> before;
  before.reserve(count);
  formats::prefer_huge_pages(before.data(), count * sizeof(Slot));
  before.resize(count);
  std::swap(slots_, before);
  for (const Slot& slot : before)
    if (slot.number != 0) {
      std::size_t place = slot.hash & (slots_.size() - 1);
      while (slots_[place].number != 0) place = (place + 1) & (slots_.size() - 1);
      slots_[place] = slot;
    }
}

}  // namespace cornu::explore
