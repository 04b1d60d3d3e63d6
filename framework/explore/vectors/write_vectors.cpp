#include <cornu/framework/explore/vectors/write_vectors.hpp>

#include <fmt/format.h>

#include <cmath>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/base/utf8.hpp>
#include <cornu/framework/tensor/for_type.hpp>

namespace cornu::explore {

namespace {

// Text that goes to a file in blocks.
class Output {
 public:
  explicit Output(const WriteAt& write) : write_(write) {}
  std::string& text() { return text_; }
  void send(std::size_t from = 0) {
    if (text_.size() <= from) return;
    write_(offset_, std::as_bytes(std::span(text_)));
    offset_ += text_.size();
    text_.clear();
  }

 private:
  const WriteAt& write_;
  std::string text_;
  std::uint64_t offset_ = 0;
};

void require_word(const std::string& word, std::int64_t row) {
  const auto refuse = [&](std::string_view what) {
    throw ValueError("write_vectors", fmt::format("{}; got \"{}\" in row {}; such a file could not be read back", what,
                                                  shown(word, 40), row));
  };
  if (word.empty()) refuse("a word is empty");
  if (word.find_first_of(std::string_view(" \t\n\r\0", 5)) != std::string::npos)
    refuse("a word has a blank, a tab, a line break or a NUL");
  if (find_invalid_utf8(word) != std::string_view::npos) refuse("a word is not UTF-8");
}

template <class T>
void add_binary(std::string& text, const T* vector, std::int64_t width, const std::string& word) {
  for (std::int64_t i = 0; i < width; ++i) {
    const auto number = static_cast<float>(vector[i]);
    if (!std::isfinite(number))
      throw ValueError("write_vectors",
                       fmt::format("a number is too large for a binary file; got {} for \"{}\"; expected a float32",
                                   vector[i], word));
    text.append(reinterpret_cast<const char*>(&number), sizeof(number));
  }
  text += '\n';
}

template <class T>
void add_text(std::string& text, const T* vector, std::int64_t width) {
  for (std::int64_t i = 0; i < width; ++i)
    fmt::format_to(std::back_inserter(text), "{}{}", vector[i], i + 1 < width ? ' ' : '\n');
}

// The rows that are the first of their word.
std::vector<std::int64_t> rows_of(const EmbeddingTable& table) {
  std::vector<std::int64_t> rows;
  for (std::int64_t row = 0; row < table.vectors().dim(0); ++row) {
    const std::string& word = table.words()[static_cast<std::size_t>(row)];
    require_word(word, row);
    if (table.find(word) == row) rows.push_back(row);
  }
  return rows;
}

template <class T>
void write_rows(const WriteAt& write, const EmbeddingTable& table, VectorFormat format) {
  constexpr std::size_t block = std::size_t{1} << 20;
  const std::int64_t width = table.vectors().dim(1);
  const std::vector<std::int64_t> rows = rows_of(table);
  Output output(write);
  if (format != VectorFormat::glove) output.text() = fmt::format("{} {}\n", rows.size(), width);
  for (const std::int64_t row : rows) {
    const std::string& word = table.words()[static_cast<std::size_t>(row)];
    const T* const vector = table.vectors().data<T>() + row * width;
    output.text() += word + ' ';
    if (format == VectorFormat::word2vec_binary)
      add_binary(output.text(), vector, width, word);
    else
      add_text(output.text(), vector, width);
    output.send(block);
  }
  output.send();
}

}  // namespace

void write_vectors(const std::string& path, const EmbeddingTable& table, const WriteVectorsOptions& options) {
  static const std::string name = "write_vectors";
  const ErrorScope scope(name);
  if (options.format == VectorFormat::automatic)
    throw ValueError("write_vectors", "the format is automatic; expected word2vec_binary, word2vec_text or glove");
  if (table.vectors().dim(1) < 1)
    throw ValueError("write_vectors", "vectors of no numbers; expected at least one a word");
  make_whole_file(path, [&](const WriteAt& write) {
    detail::for_floating_type(table.vectors().dtype(),
                              [&]<class T>(T) { write_rows<T>(write, table, options.format); });
  });
}

}  // namespace cornu::explore
