#pragma once
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/explore/embedding_table.hpp>
#include <cornu/framework/weights/initializers.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::explore {

struct PretrainedOptions {
  Handle<initializers::Initializer> initializer = "uniform";  ///< of the rows of words that have no vector
};

/// The table of an Embedding, and the words whose rows are not learnt yet.
struct PretrainedTable {
  Tensor table;                      ///< (vocabulary, d), of the vectors' dtype
  std::vector<std::string> missing;  ///< in the vocabulary's order; padding and unknown words are among them
};

/// The vectors of the words of a vocabulary, a row for each; what the initializer gives, asked for a whole table, where
/// a word has none. Throws what the initializer throws, ShapeError or ValueError when it gives another shape or dtype.
///
///     const auto [table, missing] = explore::pretrained_table(vectors, vectorize.get_vocabulary());
///     layers::Embedding(table.dim(0), table.dim(1), {.weights = table})
PretrainedTable pretrained_table(const EmbeddingTable& vectors, const std::vector<std::string>& vocabulary,
                                 const PretrainedOptions& options = {});

}  // namespace cornu::explore
CORNU_EXPORT_END
