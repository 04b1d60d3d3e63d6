#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/explore/embedding_table.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::explore {

/// How words and their vectors stand in a file.
enum class VectorFormat : std::uint8_t {
  automatic,        ///< one of the others, by how the file begins
  word2vec_binary,  ///< "words d\n", then for each word its text, a blank, d float32 and perhaps "\n"
  word2vec_text,    ///< "words d\n", then a line for each word: its text and d numbers (fastText's .vec too)
  glove             ///< the same without the first line
};

/// What becomes of a word that is not UTF-8.
enum class BadUtf8 : std::uint8_t {
  refuse,   ///< a FileError that names its line
  replace,  ///< U+FFFD stands for what is not UTF-8
  keep      ///< its bytes are the word
};

struct VectorOptions {
  VectorFormat format = VectorFormat::automatic;
  /// Only these words' vectors are kept, of all that the file has.
  std::optional<std::vector<std::string>> words = {};
  std::optional<std::int64_t> limit = {};  ///< read only so many vectors from the front of the file
  BadUtf8 on_bad_utf8 = BadUtf8::refuse;
  int verbose = 0;  ///< 1: a progress bar that counts megabytes, 2: a line at the end; as in fit
};

/// Reads word vectors that others have learnt, float32, in the order of the file: of word2vec (binary or text),
/// fastText's .vec, GloVe. Of a word that comes twice the first vector counts, as in gensim.
///
///     const auto vectors = explore::read_vectors("GoogleNews.bin", {.words = vectorize.get_vocabulary()});
///     const auto [table, missing] = explore::pretrained_table(vectors, vectorize.get_vocabulary());
///     model.add(layers::Embedding(table.dim(0), table.dim(1), {.weights = table}));
///
/// The file is read front to back in pieces: memory is taken for the vectors that are kept. Those of other words are
/// passed over, and their numbers are not looked at. In a text, the last d numbers of a line are the vector and what is
/// in front of them is the word, which may hold blanks; lines end in "\n" or "\r\n", and blank ones are skipped.
///
/// Throws FileError, with the file's name and the line (in a binary file: the number of the vector), when the file is
/// missing, is a folder, a pipe or a device, is empty or of another kind; when it holds more or fewer vectors than it
/// says, a vector of another length, or a number that is not finite; and for a word that is not UTF-8 (see
/// on_bad_utf8). Throws ValueError for a limit below 0.
EmbeddingTable read_vectors(const std::string& path, const VectorOptions& options = {});

}  // namespace cornu::explore
CORNU_EXPORT_END
