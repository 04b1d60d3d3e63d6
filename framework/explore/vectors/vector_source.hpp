#pragma once
// Internal: a file of word vectors on the way to a table, whatever its format.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <cornu/framework/base/progress_line.hpp>
#include <cornu/framework/explore/vectors/buffered_input.hpp>
#include <cornu/framework/explore/vectors/read_vectors.hpp>
#include <cornu/framework/explore/vectors/vector_rows.hpp>

namespace cornu::explore {

/// What stands at the front of word2vec's files.
struct VectorCounts {
  std::int64_t rows = 0, width = 0;
};

class VectorSource {
 public:
  /// `options` must outlive it.
  VectorSource(const std::string& path, const VectorOptions& options);

  BufferedInput& input() { return input_; }
  std::int64_t limit() const { return options_.limit.value_or(INT64_MAX); }

  /// Vectors of that length follow; the file says that there are so many.
  void begin(std::int64_t width, std::int64_t rows = 0);
  /// This may well be the next word but one: what is known of it is fetched into the processor's cache.
  void expect(std::string_view word) const { rows_->expect(word); }
  /// Where the vector of the next word goes, which must be finite; null when it is not kept.
  float* add(std::string_view word);
  EmbeddingTable finish();

  /// What is read now, for errors: "line", 7.
  void set_place(std::string_view kind, std::int64_t number);
  [[noreturn]] void refuse(std::string_view message) const;

 private:
  void show_progress();

  BufferedInput input_;
  const VectorOptions& options_;
  detail::ProgressLine progress_;
  std::optional<VectorRows> rows_;
  std::string_view kind_;
  std::int64_t number_ = 0;
  std::size_t shown_ = 0;  // bytes read when the progress was looked at
};

/// The line of two whole numbers above 0 (the first may be 0) that word2vec's files begin with, if it is one.
std::optional<VectorCounts> counts_in(std::string_view line);

/// Read what lies behind the first line of a word2vec file.
EmbeddingTable read_binary_vectors(VectorSource& source, const VectorCounts& counts);
EmbeddingTable read_text_vectors(VectorSource& source, const VectorCounts& counts);
/// Reads a file without such a line.
EmbeddingTable read_text_vectors(VectorSource& source);

/// A line of a text without "\n", "\r\n" and the blanks in front of them.
std::string_view without_end(std::string_view line);
/// How many of the last fields of a line are numbers; not the first field.
std::int64_t numbers_at_end(std::string_view line);

/// A file of longer lines or words is refused.
inline constexpr std::size_t longest_line = std::size_t{16} << 20, longest_word = std::size_t{64} << 10;

}  // namespace cornu::explore
