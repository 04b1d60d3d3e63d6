#include <cornu/framework/text/encoders/subword_text_encoder.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/utf8.hpp>
#include <cornu/framework/text/encoders/subword_tokens.hpp>
#include <cornu/framework/text/encoders/subword_vocabulary.hpp>
#include <cornu/framework/text/encoders/trie.hpp>

namespace cornu::text {

namespace {

constexpr std::int64_t bytes = 256, least_vocab_size = bytes + 2;

[[noreturn]] void refuse(const std::string& message) { throw ValueError("SubwordTextEncoder", message); }

bool is_mixed(std::string_view token) {
  bool has_word = false, has_other = false;
  for (const Character& character : characters_of(token))
    (is_word_character(character.code) ? has_word : has_other) = true;
  return has_word && has_other;
}

void check_reserved(const std::string& token) {
  const auto has = [&](std::string_view part) { return token.find(part) != std::string::npos; };
  if (is_mixed(token) && !has("_") && !has(escaped_underscore)) return;
  refuse(
      fmt::format("a reserved token could not be told from text; got \"{}\"; expected letters or digits mixed with "
                  "others and neither \"_\" nor \"{}\", as in \"<EOS>\"",
                  token, escaped_underscore));
}

void check(const SubwordOptions& options) {
  if (options.target_vocab_size < least_vocab_size)
    refuse(fmt::format("target_vocab_size is too small; got {}; expected {} or more: padding, 256 bytes and a subword",
                       options.target_vocab_size, least_vocab_size));
  if (options.max_subword_length < 1 || options.max_corpus_chars < 1)
    refuse(fmt::format("lengths must be positive; got max_subword_length {}, max_corpus_chars {}",
                       options.max_subword_length, options.max_corpus_chars));
  for (const std::string& token : options.reserved_tokens) check_reserved(token);
}

// How often each token occurs in the first `limit` characters.
TokenCounts count_tokens(const std::vector<std::string>& texts, const SubwordOptions& options) {
  TokenCounts counts;
  std::int64_t left = options.max_corpus_chars;
  for (const std::string& text : texts) {
    const std::vector<Character> characters = characters_of(text);
    const auto used = static_cast<std::size_t>(std::min(left, std::ssize(characters)));
    const std::size_t end = used < characters.size() ? characters[used].begin : text.size();
    for (std::string& token : subword_tokens(std::string_view(text).substr(0, end), options.reserved_tokens))
      ++counts[std::move(token)];
    left -= static_cast<std::int64_t>(used);
  }
  return counts;
}

// Halves the interval of least counts until the vocabulary is as large as wished.
std::vector<std::string> search(const SubwordVocabulary& vocabulary, const TokenCounts& counts, std::int64_t target) {
  const auto by_count = [](const auto& a, const auto& b) { return a.second < b.second; };
  std::int64_t low = std::min_element(counts.begin(), counts.end(), by_count)->second;
  std::int64_t high = std::max_element(counts.begin(), counts.end(), by_count)->second;
  std::vector<std::string> best;
  std::int64_t best_miss = std::numeric_limits<std::int64_t>::max();
  while (true) {
    const std::int64_t least = (low + high) / 2;
    std::vector<std::string> subwords = vocabulary.learn(least);
    const std::int64_t size = std::ssize(subwords) + bytes + 1, miss = std::abs(size - target);
    if (miss <= best_miss) {
      best = std::move(subwords);
      best_miss = miss;
    }
    if (miss <= (target - 1) / 100 || low >= high || least <= 1) return best;
    if (size > target) {
      low = least + 1;
    } else {
      high = least - 1;
    }
  }
}

std::string name_of_byte(std::int64_t byte) {
  return byte > 0x20 && byte < 0x7F ? std::string(1, static_cast<char>(byte)) : fmt::format("<0x{:02X}>", byte);
}

// The text with every escape replaced by "_".
std::string unescape(std::string text) {
  for (std::size_t at = text.find(escaped_underscore); at != std::string::npos;
       at = text.find(escaped_underscore, at)) {
    text.replace(at++, escaped_underscore.size(), "_");
  }
  return text;
}

}  // namespace

// The id of each subword.
struct SubwordTextEncoder::Lookup {
  Trie trie;
  std::vector<std::int32_t> ids = {};  // of each node, 0 where no subword ends

  void add(std::string_view subword, std::int32_t id) {
    if (subword.empty()) refuse("a subword is empty");
    if (std::exchange(id_of(subword), id) != 0) refuse(fmt::format("a subword comes twice; got \"{}\"", subword));
  }
  std::int32_t& id_of(std::string_view subword) {
    Trie::Node node = Trie::root;
    for (const Character& character : characters_of(subword)) node = trie.add(node, character.code);
    ids.resize(trie.size());
    return ids[node];
  }
};

SubwordTextEncoder SubwordTextEncoder::build_from_corpus(const std::vector<std::string>& texts,
                                                         const SubwordOptions& options) {
  check(options);
  const TokenCounts counts = count_tokens(texts, options);
  if (counts.empty()) refuse("there is nothing to learn from; got texts without a character");
  const SubwordVocabulary vocabulary(counts, options.reserved_tokens,
                                     static_cast<std::size_t>(options.max_subword_length));
  return SubwordTextEncoder(search(vocabulary, counts, options.target_vocab_size), options.reserved_tokens.size());
}

SubwordTextEncoder::SubwordTextEncoder(std::vector<std::string> subwords, std::size_t reserved)
    : subwords_(std::move(subwords)) {
  reserved_.assign(subwords_.begin(),
                   subwords_.begin() + static_cast<std::ptrdiff_t>(std::min(subwords_.size(), reserved)));
  for (const std::string& token : reserved_) check_reserved(token);
  tokens_ = subwords_;
  tokens_.insert(tokens_.begin(), "<pad>");
  for (std::int64_t byte = 0; byte < bytes; ++byte) tokens_.push_back(name_of_byte(byte));
  Lookup lookup;
  for (std::size_t i = 0; i < subwords_.size(); ++i) lookup.add(subwords_[i], static_cast<std::int32_t>(i + 1));
  lookup.id_of(escaped_underscore) = byte_id('_');  // even if it is one of the subwords, as in tensorflow-datasets
  lookup_ = detail::Shared<const Lookup>::make(std::move(lookup));
}

std::vector<std::vector<std::int32_t>> SubwordTextEncoder::encode(const std::vector<std::string>& texts) const {
  std::unordered_map<std::string, std::vector<std::int32_t>> known;
  std::vector<std::vector<std::int32_t>> rows;
  rows.reserve(texts.size());
  for (const std::string& text : texts) {
    std::vector<std::int32_t>& row = rows.emplace_back();
    for (std::string& token : subword_tokens(text, reserved_)) {
      const auto [entry, is_new] = known.try_emplace(std::move(token));
      if (is_new) append_ids(entry->first, entry->second);
      row.insert(row.end(), entry->second.begin(), entry->second.end());
    }
  }
  return rows;
}

std::vector<std::int32_t> SubwordTextEncoder::encode(const std::string& text) const {
  return encode(std::vector<std::string>{text}).front();
}

std::string SubwordTextEncoder::decode(const std::vector<std::int32_t>& ids) const {
  std::string text, spelt;
  const auto finish_bytes = [&] {
    for (const std::string& character : utf8_characters(std::exchange(spelt, {}))) text += character;
  };
  for (const std::int32_t id : ids) {
    if (id < 0 || id >= vocab_size())
      throw IndexError("SubwordTextEncoder", fmt::format("ids must lie in 0 … {}; got {}", vocab_size() - 1, id));
    const std::int64_t subword = id - 1;
    if (subword >= std::ssize(subwords_)) spelt += static_cast<char>(subword - std::ssize(subwords_));
    if (subword < 0 || subword >= std::ssize(subwords_)) continue;
    finish_bytes();
    std::string part = subwords_[static_cast<std::size_t>(subword)];
    if (part.ends_with('_')) part.back() = ' ';
    text += unescape(std::move(part));
  }
  finish_bytes();
  return text;
}

std::int32_t SubwordTextEncoder::byte_id(char byte) const {
  return static_cast<std::int32_t>(1 + subwords_.size() + static_cast<unsigned char>(byte));
}

// The longest subword at each place, and bytes where there is none.
void SubwordTextEncoder::append_ids(std::string_view token, std::vector<std::int32_t>& ids) const {
  const std::vector<Character> characters = characters_of(token);
  for (std::size_t start = 0; start < characters.size();) {
    std::size_t length = 0;
    std::int32_t id = 0;
    Trie::Node node = Trie::root;
    for (std::size_t i = start; i < characters.size(); ++i) {
      node = lookup_->trie.child(node, characters[i].code);
      if (node == Trie::none) break;
      if (lookup_->ids[node] != 0) std::tie(length, id) = std::pair(i + 1 - start, lookup_->ids[node]);
    }
    if (length > 0) {
      ids.push_back(id);
    } else {
      length = 1;
      const std::string_view spelling = token.substr(characters[start].begin, characters[start].bytes);
      for (const char byte : spelling) ids.push_back(byte_id(byte == '_' ? ' ' : byte));
    }
    start += length;
  }
}

}  // namespace cornu::text
