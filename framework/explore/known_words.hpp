#pragma once
// Internal: the words of a table that a test set is asked about.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cornu/framework/explore/embedding_table.hpp>
#include <cornu/framework/explore/word_index.hpp>

namespace cornu::explore {

/// The first rows of a table, found in any case of A … Z if asked. Rows of words that are equal then have one form, and
/// the first of them counts.
class KnownWords {
 public:
  KnownWords(const EmbeddingTable& table, std::int64_t restrict_vocab, bool case_insensitive);

  /// The word as it is compared.
  std::string form_of(std::string_view word) const;
  /// The first row of a form.
  std::optional<std::int64_t> row_of(std::string_view form) const;
  /// How many of the table's rows count, and the form of each, by the first row of that form.
  const std::vector<std::int64_t>& first_rows() const { return first_rows_; }

 private:
  bool case_insensitive_;
  WordIndex forms_;
  std::vector<std::int64_t> first_rows_;
};

/// The text of a file of questions. Throws FileError, naming `where`, when it cannot be read or is not UTF-8.
std::string read_questions(std::string_view where, const std::string& path);

/// The fields of a line, with any of `delimiters` between, several of which count as one.
std::vector<std::string_view> fields_of(std::string_view line, std::string_view delimiters);

}  // namespace cornu::explore
