#pragma once
// Internal: the n-grams of a word, as fastText counts them.
#include <cstdint>
#include <functional>
#include <string_view>

namespace cornu::explore {

struct SubwordOptions {
  std::int64_t shortest = 0, longest = 0, buckets = 0;
};

/// Calls `use` with the bucket of each n-gram of shortest … longest characters of "<word>", less "<" and ">" alone:
/// FNV-1a over its bytes as signed numbers, modulo the buckets. Takes no memory for them: a long word has many.
void for_each_subword(std::string_view word, const SubwordOptions& options,
                      const std::function<void(std::int64_t bucket)>& use);

}  // namespace cornu::explore
