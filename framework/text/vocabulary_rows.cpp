#include <cornu/framework/text/vocabulary_rows.hpp>

#include <string_view>
#include <unordered_map>

namespace cornu::text {

std::vector<std::int64_t> vocabulary_rows(const std::vector<std::string>& old_words,
                                          const std::vector<std::string>& new_words) {
  std::unordered_map<std::string_view, std::int64_t> places;
  for (std::size_t i = 0; i < old_words.size(); ++i) places.emplace(old_words[i], static_cast<std::int64_t>(i));
  std::vector<std::int64_t> rows;
  rows.reserve(new_words.size());
  for (const std::string& word : new_words) {
    const auto found = places.find(word);
    rows.push_back(found == places.end() ? -1 : found->second);
  }
  return rows;
}

}  // namespace cornu::text
