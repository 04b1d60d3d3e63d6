#include <cornu/framework/explore/vectors/subwords.hpp>

#include <cstddef>
#include <string>

namespace cornu::explore {

namespace {

constexpr std::uint32_t offset_basis = 2166136261, prime = 16777619;

std::uint32_t hash_on(std::uint32_t hash, char byte) {
  return (hash ^ static_cast<std::uint32_t>(static_cast<std::int8_t>(byte))) * prime;
}

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

}  // namespace

void for_each_subword(std::string_view word, const SubwordOptions& options,
                      const std::function<void(std::int64_t bucket)>& use) {
  if (options.longest < 1 || options.buckets < 1) return;
  const std::string text = '<' + std::string(word) + '>';
  for (std::size_t begin = 0; begin < text.size(); ++begin) {
    if (continues(text[begin])) continue;
    std::uint32_t hash = offset_basis;
    std::size_t end = begin;
    for (std::int64_t length = 1; end < text.size() && length <= options.longest; ++length) {
      do hash = hash_on(hash, text[end++]);
      while (end < text.size() && continues(text[end]));
      const bool is_edge = length == 1 && (begin == 0 || end == text.size());
      if (length >= options.shortest && !is_edge) use(static_cast<std::int64_t>(hash) % options.buckets);
    }
  }
}

}  // namespace cornu::explore
