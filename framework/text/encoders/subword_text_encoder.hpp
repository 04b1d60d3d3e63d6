#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/shared.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::text {

struct SubwordOptions {
  std::int64_t target_vocab_size = 8192;  ///< about how many ids there shall be, 258 or more
  std::int64_t max_subword_length = 20;   ///< characters
  std::int64_t max_corpus_chars = std::numeric_limits<std::int64_t>::max();  ///< characters to learn from
  std::vector<std::string> reserved_tokens = {};                             ///< words that are never cut, "<EOS>"
};

/// Text to ids by parts of words, and back without loss, as tensorflow-datasets' encoder of that name: frequent words
/// have an id of their own, rare ones are put together from parts, and what no part covers is spelt in bytes. Ids: 0 is
/// padding, then the subwords, then the 256 bytes. A subword that ends in "_" is followed by a blank.
///
///     const auto encoder = text::SubwordTextEncoder::build_from_corpus(texts, {.target_vocab_size = 8192});
///     const Tensor x = text::pad_sequences(encoder.encode(texts), {.maxlen = 64});
///     layers::Embedding(encoder.vocab_size(), 16, {.mask_zero = true});
class SubwordTextEncoder {
 public:
  /// Learns the subwords: of the least counts tried, the one whose vocabulary comes closest to target_vocab_size
  /// (within 1 % is enough). Equal texts give equal subwords. Throws ValueError for texts without a character, sizes
  /// that are too small, a max_subword_length that gives more than 2^28 different parts of words, and reserved tokens
  /// that contain "_" or "\\&undsc" or do not mix letters or digits with other characters.
  static SubwordTextEncoder build_from_corpus(const std::vector<std::string>& texts,
                                              const SubwordOptions& options = {});

  /// An encoder with the given subwords, for example subwords() of another encoder; the first `reserved` of them are
  /// never cut. A "_" of the text is written "\\&undsc" in subwords; alone it is always spelt as a byte. Throws
  /// ValueError for an empty or a repeated one, and for reserved ones that build_from_corpus refuses.
  explicit SubwordTextEncoder(std::vector<std::string> subwords, std::size_t reserved = 0);

  /// Ids from 1 for each text.
  std::vector<std::vector<std::int32_t>> encode(const std::vector<std::string>& texts) const;
  std::vector<std::int32_t> encode(const std::string& text) const;

  /// The text of ids; zeros are passed over. Bytes that are not UTF-8 become U+FFFD. Throws IndexError for an id
  /// outside 0 … vocab_size()-1.
  std::string decode(const std::vector<std::int32_t>& ids) const;

  /// 1 + subwords + 256: what Embedding takes as input_dim.
  std::int64_t vocab_size() const { return static_cast<std::int64_t>(tokens_.size()); }
  const std::vector<std::string>& subwords() const { return subwords_; }
  /// A name for each id: "<pad>", the subwords, and bytes as the character or "<0x0A>".
  const std::vector<std::string>& tokens() const { return tokens_; }

 private:
  struct Lookup;

  std::int32_t byte_id(char byte) const;
  void append_ids(std::string_view token, std::vector<std::int32_t>& ids) const;

  std::vector<std::string> subwords_, reserved_, tokens_;
  detail::Shared<const Lookup> lookup_;  // never changed
};

}  // namespace cornu::text
CORNU_EXPORT_END
