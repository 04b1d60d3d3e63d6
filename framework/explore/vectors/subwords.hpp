#pragma once
// Internal: the n-grams of a word, as fastText counts them.
#include <cstdint>
#include <string_view>
#include <vector>

namespace cornu::explore {

struct SubwordOptions {
  std::int64_t shortest = 0, longest = 0, buckets = 0;
};

/// The bucket of each n-gram of shortest … longest characters of "<word>", less "<" and ">" alone: FNV-1a over its
/// bytes as signed numbers, modulo the buckets. Nothing where there are no n-grams.
std::vector<std::int64_t> subword_buckets(std::string_view word, const SubwordOptions& options);

}  // namespace cornu::explore
