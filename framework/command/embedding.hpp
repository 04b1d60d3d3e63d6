#pragma once
// Internal: the table of an embedding layer with its words.
#include <string>

#include <cornu/framework/explore/embedding_table.hpp>

namespace cornu::command {

/// The first weight of a layer of a model, a word of the file of words for each row. Throws ValueError when the layer
/// has no matrix, FileError when the lines of the file are not as many as rows.
explore::EmbeddingTable embedding_of(const std::string& model, const std::string& layer, const std::string& words);

}  // namespace cornu::command
