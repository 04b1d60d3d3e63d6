#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/base/shared.hpp>
#include <cornu/framework/explore/embedding_table.hpp>
#include <cornu/framework/explore/vectors/read_vectors.hpp>
#include <cornu/framework/tensor/tensor.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::explore {

/// A model of fastText: vectors of words and of the n-grams of their characters, of which it makes a vector for words
/// that it has never seen (Bojanowski et al., "Enriching word vectors with subword information", TACL 2017).
///
///     const auto model = explore::read_fasttext("cc.en.300.bin");
///     const auto vectors = model.table(vectorize.get_vocabulary());
///     const auto [table, missing] = explore::pretrained_table(vectors, vectorize.get_vocabulary());
///
/// The vectors stay in the file, whose pages are read when they are first used, so that a few words of a large model
/// take little memory. While an object lives its file must not be shortened.
class FastText {
 public:
  /// Those of the model's vocabulary.
  const std::vector<std::string>& words() const;
  bool contains(std::string_view word) const;
  /// The length of a vector.
  std::int64_t dimension() const;

  /// The mean of the vectors of a word and of its n-grams, or for an unknown word of its n-grams alone: (d,) float32.
  /// All zeros for an unknown word without n-grams. Throws FileError for numbers that are not finite.
  Tensor vector(std::string_view word) const;
  /// The vectors of the vocabulary.
  EmbeddingTable table() const;
  /// The vectors of these words, known or not; without those that have no n-grams, and a repeated word once.
  EmbeddingTable table(const std::vector<std::string>& words) const;

 private:
  struct Model;
  explicit FastText(detail::Shared<const Model> model) : model_(std::move(model)) {}
  friend FastText read_fasttext(const std::string& path, BadUtf8 on_bad_utf8);

  detail::Shared<const Model> model_;  // never changed
};

/// Reads a `.bin` file of fastText, with or without the number that marks newer ones at its front. Throws FileError,
/// naming the file, for a supervised or quantised model, and for a file that is missing, damaged or of another kind;
/// for a word that is not UTF-8, naming it, unless told otherwise.
FastText read_fasttext(const std::string& path, BadUtf8 on_bad_utf8 = BadUtf8::refuse);

}  // namespace cornu::explore
CORNU_EXPORT_END
