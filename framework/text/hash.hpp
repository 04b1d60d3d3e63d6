#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <cornu/framework/base/export.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::text {

/// Makes hashes that nobody can foresee: `.salt = 7` or, two numbers, `.salt = Salt(1, 2)`.
class Salt {
 public:
  Salt(std::int64_t both) : Salt(both, both) {}  // Keras's salt=7
  Salt(std::int64_t first, std::int64_t second)
      : first_(static_cast<std::uint64_t>(first)), second_(static_cast<std::uint64_t>(second)) {}
  std::uint64_t first() const { return first_; }
  std::uint64_t second() const { return second_; }

 private:
  std::uint64_t first_, second_;
};

/// 64 bits that depend on all of the bytes, the same on every machine. Without a salt FarmHash's Fingerprint64 (Pike
/// and Alakuijala, 2014), with one SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT
/// 2012) under that key: the functions, and so the numbers, of Keras's Hashing layer.
std::uint64_t fingerprint(std::string_view bytes, const std::optional<Salt>& salt = {});

struct HashOptions {
  std::optional<std::string> mask_value = {};  ///< this word has bin 0, and no other word has it
  std::optional<Salt> salt = {};               ///< another hash function for each
};

/// The bin, 0 … num_bins-1, of a word: an id without a vocabulary, for words that nobody has seen yet. Different words
/// may share one. The numbers are those of Keras's Hashing layer; layers::Hashing does the same for integers. Throws
/// ValueError for a num_bins below 1.
///
///     text::hash("cat", 1000)                          // always the same id, no vocabulary needed
///     text::hash(word, 1000, {.mask_value = ""})       // 0 for the padding
std::int64_t hash(std::string_view word, std::int64_t num_bins, const HashOptions& options = {});

}  // namespace cornu::text
CORNU_EXPORT_END
