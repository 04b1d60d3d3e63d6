#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/no_options.hpp>
#include <cornu/framework/base/shared.hpp>
#include <cornu/framework/tensor/tensor.hpp>
#include <cornu/framework/text/standardize.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::text {

struct TextVectorizationOptions {
  /// Largest vocabulary, "" and "[UNK]" included; the most frequent tokens stay.
  std::optional<std::int64_t> max_tokens = {};
  /// "lower_and_strip_punctuation", "lower", "strip_punctuation", std::nullopt or a function string → string.
  Standardize standardize = "lower_and_strip_punctuation";
  /// "whitespace", "character", std::nullopt (a text is one token) or a function string → vector of strings.
  Split split = "whitespace";
  /// 2 for single tokens and pairs, {2} for pairs alone; none by default.
  Ngrams ngrams = {};
  /// "int", "multi_hot", "count" or "tf_idf".
  std::string output_mode = "int";
  /// In "int" mode: texts are cut and padded to so many tokens; by default padded to the longest.
  std::optional<std::int64_t> output_sequence_length = {};
  /// In the other modes: the result has max_tokens columns even if the vocabulary is smaller.
  bool pad_to_max_tokens = false;
  /// A vocabulary instead of adapt().
  std::vector<std::string> vocabulary = {};
  /// What belongs to the vocabulary in "tf_idf" mode: a weight for each word.
  std::vector<float> idf_weights = {};
};

/// Text to numbers with the semantics of keras.layers.TextVectorization: standardize, split, look up in a vocabulary.
///
/// In "int" mode the result is (texts, length) int32: 0 is padding, 1 a token that is not in the vocabulary. In the
/// other modes it is (texts, vocabulary_size()) float32, column 0 counting unknown tokens: "multi_hot" has 1 for each
/// token that occurs, "count" how often, "tf_idf" count · log(1 + texts / (1 + texts with the token)), texts being
/// those of adapt(). Letters outside ASCII keep their case, as in Keras.
///
///     text::TextVectorization vectorize({.max_tokens = 10000, .output_sequence_length = 64});
///     vectorize.adapt(train.texts);
///     const Tensor x = vectorize(train.texts);   // (n, 64) int32
///
/// Many texts are read by several threads (set_num_threads), but for functions of yours, which one thread calls, text
/// after text. The constructor throws ValueError for an unknown name or options that exclude each other. Calls from
/// several threads at once are safe while nobody adapts.
class TextVectorization {
 public:
  explicit TextVectorization(TextVectorizationOptions options = {});
  /// `TextVectorization({})`: the defaults.
  explicit TextVectorization(cornu::detail::NoOptions);

  /// Learns the vocabulary: tokens by falling frequency, those of one frequency in reverse order of their bytes; an
  /// earlier vocabulary is forgotten. Throws StateError when the constructor was given one. Says in the
  /// log when there was no word.
  void adapt(const std::vector<std::string>& texts);

  /// See the class. Throws StateError before adapt() or set_vocabulary().
  Tensor operator()(const std::vector<std::string>& texts) const;

  /// What a text becomes before it is looked up.
  std::vector<std::string> tokenize(const std::string& text) const;

  /// The token of each id: "", "[UNK]" and the words in "int" mode, "[UNK]" and the words in the others.
  std::vector<std::string> get_vocabulary(bool include_special_tokens = true) const;
  std::int64_t vocabulary_size() const { return static_cast<std::int64_t>(vocabulary_.size()); }

  /// Words without the special tokens or with them at the front; idf_weights (as many) exactly in "tf_idf" mode.
  /// Throws ValueError for an empty list, a word that comes twice, more than max_tokens, or wrong weights.
  void set_vocabulary(const std::vector<std::string>& vocabulary, const std::vector<float>& idf_weights = {});

 private:
  struct Counts;

  bool is_int() const { return options_.output_mode == "int"; }
  std::vector<std::string> special_tokens() const;
  std::int64_t special_count() const { return is_int() ? 2 : 1; }
  void count(std::span<const std::string> texts, Counts& counts, Counts& documents) const;
  std::vector<std::string> most_frequent(const Counts& counts) const;
  std::vector<float> learn_idf(const std::vector<std::string>& words, const Counts& documents, std::size_t texts) const;
  void use(const std::vector<std::string>& words, std::vector<float> idf_weights);
  std::int64_t id_of(std::string_view token) const;
  Tensor ids_of(const std::vector<std::string>& texts) const;
  Tensor bags_of(const std::vector<std::string>& texts) const;
  void fill_bag(const std::string& text, float* row) const;

  TextVectorizationOptions options_;
  std::vector<std::string> vocabulary_;  // special tokens included
  detail::Shared<const Counts> ids_;     // of the words, without the special tokens; never changed
  std::vector<float> idf_weights_;       // a weight for each id
};

}  // namespace cornu::text
CORNU_EXPORT_END
