#pragma once
#include <cstdint>
#include <string>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/explore/embedding_table.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::explore {

/// As in gensim's evaluate_word_pairs.
struct SimilarityOptions {
  char delimiter = '\t';                  ///< between the columns; several in a row count as one
  std::int64_t restrict_vocab = 300'000;  ///< only so many of the table's first words are known
  bool case_insensitive = true;           ///< A … Z are a … z; of words that are equal then the first row counts
  bool dummy4unknown = false;             ///< pairs with an unknown word count, with similarity 0
};

/// How well a table agrees with people.
struct SimilarityScore {
  double spearman = 0;             ///< correlation of the ranks, equal numbers sharing their mean rank
  double pearson = 0;              ///< correlation of the numbers
  double oov_ratio = 0;            ///< the part of the pairs that has an unknown word: 0 … 1 (gensim: percent)
  std::int64_t pairs = 0;          ///< how many count
  std::int64_t unknown = 0;        ///< how many have an unknown word
  std::int64_t invalid_lines = 0;  ///< lines that are not two words and a number, a header among them: passed over
};

/// Compares similarities of words with people's judgements, such as WordSim-353, SimLex-999, RG-65 and MEN: a UTF-8
/// file with two words and a number on a line. Empty lines and those that begin with "#" are comments.
///
///     const auto score = explore::evaluate_similarity(vectors, "wordsim353.tsv");
///     fmt::print("{:.3f} of {} pairs\n", score.spearman, score.pairs);
///
/// Correlations are NaN when all numbers of one side are equal. Throws FileError for a file that cannot be read, is not
/// UTF-8 (naming the line), or has less than two pairs that count.
SimilarityScore evaluate_similarity(const EmbeddingTable& table, const std::string& path,
                                    const SimilarityOptions& options = {});

}  // namespace cornu::explore
CORNU_EXPORT_END
