#pragma once
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/explore/embedding_table.hpp>
#include <cornu/framework/explore/vectors/read_vectors.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::explore {

struct WriteVectorsOptions {
  VectorFormat format = VectorFormat::word2vec_binary;
};

/// Writes a file of word vectors that read_vectors, gensim and word2vec's own tools read, whole or not at all. A word
/// that comes twice is written once, with its first vector; the number of words at the front is that of the vectors
/// that follow. A binary file holds float32; numbers in a text are the shortest that read back as the same float32 or
/// float64.
///
///     explore::write_vectors("vectors.txt", table, {.format = explore::VectorFormat::word2vec_text});
///
/// Throws ValueError for a word that no reader would get back: an empty one, one with a blank, a tab or a line break,
/// and one that is not UTF-8; for a number too large for a float32 in a binary file; and for VectorFormat::automatic.
/// Throws FileError when the file cannot be written.
void write_vectors(const std::string& path, const EmbeddingTable& table, const WriteVectorsOptions& options = {});

}  // namespace cornu::explore
CORNU_EXPORT_END
