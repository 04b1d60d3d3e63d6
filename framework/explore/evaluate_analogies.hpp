#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <cornu/framework/base/export.hpp>
#include <cornu/framework/explore/embedding_table.hpp>

CORNU_EXPORT_BEGIN
namespace cornu::explore {

/// As in gensim's evaluate_word_analogies.
struct AnalogyOptions {
  std::int64_t restrict_vocab = 300'000;  ///< only so many of the table's first words are known, and can be answers
  bool case_insensitive = true;           ///< A … Z are a … z; of words that are equal then the first row counts
  bool dummy4unknown = false;             ///< questions with an unknown word count, as wrong
};

/// a : b = c : d, the words as they stand in the file.
using AnalogyQuestion = std::array<std::string, 4>;

/// The questions behind a line ": name".
struct AnalogySection {
  std::string name;
  std::vector<AnalogyQuestion> correct, incorrect;

  /// The part that is correct, 0 when there is no question.
  double accuracy() const;
};

struct AnalogyScore {
  double accuracy = 0;   ///< of all questions that count, 0 when there is none
  double oov_ratio = 0;  ///< the part of the questions that has an unknown word: 0 … 1 (gensim: percent)
  std::int64_t correct = 0, questions = 0;
  std::int64_t unknown = 0;        ///< questions with an unknown word
  std::int64_t invalid_lines = 0;  ///< lines that are not four words: passed over
  std::vector<AnalogySection> sections;
};

/// Asks questions such as Google's questions-words.txt: a UTF-8 file with four words on a line, in sections that begin
/// with ": name". The answer is the word closest to b/|b| - a/|a| + c/|c|, those three in whatever case left out, as in
/// EmbeddingTable::analogy.
///
///     const auto score = explore::evaluate_analogies(vectors, "questions-words.txt");
///     for (const auto& section : score.sections) fmt::print("{:30} {:.1%}\n", section.name, section.accuracy());
///
/// Throws FileError for a file that cannot be read, is not UTF-8 (naming the line), or has a question before the first
/// section.
AnalogyScore evaluate_analogies(const EmbeddingTable& table, const std::string& path,
                                const AnalogyOptions& options = {});

}  // namespace cornu::explore
CORNU_EXPORT_END
