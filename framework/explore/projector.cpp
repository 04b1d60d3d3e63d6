#include <cornu/framework/explore/projector.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <system_error>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/utf8.hpp>
#include <cornu/framework/explore/check_table.hpp>
#include <cornu/framework/tensor/for_type.hpp>
#include <cornu/framework/text/lines.hpp>

namespace cornu::explore {

namespace {

constexpr std::string_view escaped = "\t\n\r\\", names = "tnr\\";

std::string escape(std::string_view word) {
  std::string text;
  for (const char c : word) {
    const std::size_t place = escaped.find(c);
    if (place == std::string_view::npos) {
      text += c;
    } else {
      text += {'\\', names[place]};
    }
  }
  return text;
}

std::string unescape(std::string_view text) {
  std::string word;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t place = text[i] == '\\' && i + 1 < text.size() ? names.find(text[i + 1]) : std::string_view::npos;
    word += place == std::string_view::npos ? text[i] : escaped[place];
    if (place != std::string_view::npos) ++i;
  }
  return word;
}

template <class T>
std::string rows_as_text(const Tensor& vectors, std::int64_t first) {
  const std::int64_t width = vectors.dim(1);
  const T* value = vectors.data<T>() + first * width;
  std::string text;
  for (std::int64_t row = first; row < vectors.dim(0); ++row)
    for (std::int64_t i = 0; i < width; ++i)
      fmt::format_to(std::back_inserter(text), "{}{}", *value++, i + 1 < width ? '\t' : '\n');
  return text;
}

std::string words_as_text(const std::vector<std::string>& words, std::int64_t first) {
  std::string text;
  for (std::size_t row = static_cast<std::size_t>(first); row < words.size(); ++row) {
    if (words[row].empty())
      throw ValueError("write_projector",
                       fmt::format("a word is empty; got \"\" in row {}; expected a name for each row; "
                                   "set skip_padding if it is the padding",
                                   row));
    text += escape(words[row]) + '\n';
  }
  return text;
}

[[noreturn]] void fail(const std::string& path, std::size_t line, std::string_view message) {
  throw FileError("read_projector", fmt::format("'{}', line {}: {}", path, line, message));
}

float parse_number(std::string_view field, const std::string& path, std::size_t line) {
  double number = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
  const auto rounded = static_cast<float>(number);
  if (error == std::errc() && end == field.data() + field.size() && std::isfinite(rounded)) return rounded;
  fail(path, line,
       fmt::format("a field is not a number; got \"{}\"; expected finite float32 numbers with tabs between",
                   field.substr(0, 40)));
}

Tensor read_vectors(const std::string& path) {
  std::vector<float> values;
  std::int64_t rows = 0, width = 0;
  text::for_each_line(read_text_file(path), [&](std::string_view line, std::size_t number) {
    const std::size_t before = values.size();
    for (std::size_t begin = 0; begin <= line.size();) {
      const std::size_t end = std::min(line.find('\t', begin), line.size());
      values.push_back(parse_number(line.substr(begin, end - begin), path, number));
      begin = end + 1;
    }
    const auto count = static_cast<std::int64_t>(values.size() - before);
    if (rows++ == 0) width = count;
    if (count != width)
      fail(path, number, fmt::format("the row has another length than the first; got {}; expected {}", count, width));
  });
  if (rows == 0) throw FileError("read_projector", fmt::format("'{}' is empty; expected a vector on each line", path));
  return Tensor(Shape{rows, width}, std::span<const float>(values));
}

// The first column; without its header, which only metadata of several columns has.
std::vector<std::string> read_words(const std::string& path, std::int64_t rows) {
  std::vector<std::string> words;
  bool has_columns = false;
  text::for_each_line(read_text_file(path), [&](std::string_view line, std::size_t number) {
    if (find_invalid_utf8(line) != std::string_view::npos)
      fail(path, number, "the line is not UTF-8; convert the file to UTF-8");
    const std::size_t tab = line.find('\t');
    has_columns = has_columns || tab != std::string_view::npos;
    words.push_back(unescape(line.substr(0, tab)));
  });
  if (has_columns && !words.empty()) words.erase(words.begin());
  if (std::ssize(words) == rows) return words;
  throw FileError(
      "read_projector",
      fmt::format("'{}' does not fit the vectors; got {} words; expected {}, one for each", path, words.size(), rows));
}

}  // namespace

void write_projector(const std::string& vectors_path, const std::string& words_path, const Tensor& vectors,
                     const std::vector<std::string>& words, ProjectorOptions options) {
  check_table("write_projector", words, vectors);
  const std::int64_t first = options.skip_padding ? 1 : 0;
  std::string rows;
  detail::for_floating_type(vectors.dtype(), [&]<class T>(T) { rows = rows_as_text<T>(vectors, first); });
  write_whole_files({{vectors_path, rows}, {words_path, words_as_text(words, first)}});
}

EmbeddingTable read_projector(const std::string& vectors_path, const std::string& words_path) {
  const Tensor vectors = read_vectors(vectors_path);
  return EmbeddingTable(read_words(words_path, vectors.dim(0)), vectors);
}

}  // namespace cornu::explore
