#include <cornu/framework/base/nearest_name.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

namespace cornu {

namespace {

constexpr std::size_t longest = 64;  // a longer name is none that was misspelt

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// Damerau and Levenshtein's distance of neighbours: a letter more, less or another, or two neighbours swapped, is 1.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) now[j] = std::min(now[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(now);
  }
  return last[b.size()];
}

// What PyTorch calls it, and what Keras does.
constexpr std::pair<std::string_view, std::string_view> other_words[] = {
    {"xavier", "glorot_uniform"},
    {"xavier_uniform", "glorot_uniform"},
    {"xavier_normal", "glorot_normal"},
    {"kaiming", "he_uniform"},
    {"kaiming_uniform", "he_uniform"},
    {"kaiming_normal", "he_normal"},
    {"he", "he_normal"},
    {"lecun", "lecun_normal"},
    {"glorot", "glorot_uniform"},
    {"normal_", "random_normal"},
    {"l1loss", "mean_absolute_error"},
    {"mseloss", "mean_squared_error"},
    {"bceloss", "binary_crossentropy"},
    {"nll", "sparse_categorical_crossentropy"},
    {"crossentropyloss", "sparse_categorical_crossentropy"},
    {"bcewithlogitsloss", "binary_crossentropy"}};

}  // namespace

std::string did_you_mean(std::string_view name, std::span<const std::string_view> known) {
  if (name.empty() || name.size() > longest) return "";
  const std::string wanted = in_lower_case(name);
  for (const auto& [other, word] : other_words)
    if (other == wanted && std::find(known.begin(), known.end(), word) != known.end())
      return fmt::format("; did you mean '{}'?", word);
  std::string_view nearest;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (const std::string_view candidate : known) {
    const std::size_t far = distance(wanted, in_lower_case(candidate));
    if (far < least && far < candidate.size()) {
      nearest = candidate;
      least = far;
    }
  }
  return least <= std::max<std::size_t>(1, name.size() / 3) ? fmt::format("; did you mean '{}'?", nearest) : "";
}

}  // namespace cornu
