#include <cornu/framework/explore/projector.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/read_number.hpp>
#include <cornu/framework/base/shown.hpp>
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

// A reader takes U+FEFF at the front for a byte-order mark: a word that begins so gets one before it.
std::string words_as_text(const std::vector<std::string>& words, std::int64_t first) {
  constexpr std::string_view mark = "\uFEFF";
  std::string text;
  for (std::size_t row = static_cast<std::size_t>(first); row < words.size(); ++row) {
    if (find_invalid_utf8(words[row]) != std::string_view::npos)
      throw ValueError("write_projector", fmt::format("a word is not UTF-8; got \"{}\" in row {}; convert it to UTF-8",
                                                      shown(words[row], 40), row));
    if (words[row].empty())
      throw ValueError("write_projector",
                       fmt::format("a word is empty; got \"\" in row {}; expected a name for each row; "
                                   "set skip_padding if it is the padding",
                                   row));
    text += escape(words[row]) + '\n';
  }
  return text.starts_with(mark) ? std::string(mark) + text : text;
}

[[noreturn]] void fail(const std::string& path, std::size_t line, std::string_view message) {
  throw FileError("read_projector", fmt::format("'{}', line {}: {}", path, line, message));
}

float parse_number(std::string_view field, const std::string& path, std::size_t line) {
  if (const auto number = read_number<float>(field)) return *number;
  fail(path, line,
       fmt::format("a field is not a number; got \"{}\"; expected finite float32 numbers with tabs between",
                   shown(field, 40)));
}

Tensor read_vectors(const std::string& path) {
  std::vector<float> values;
  std::int64_t rows = 0, width = 0;
  std::size_t blank = 0;  // the first blank line: only blank ones may follow
  text::for_each_line(read_text_file(path), [&](std::string_view line, std::size_t number) {
    if (text::is_blank(line)) {
      blank = blank == 0 ? number : blank;
      return;
    }
    if (blank != 0) fail(path, blank, "the line is blank, but not one of the last; expected numbers with tabs between");
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

// The first column; without its header, which only metadata of several columns has, and without blank last lines.
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
  while (std::ssize(words) > rows && text::is_blank(words.back())) words.pop_back();
  if (std::ssize(words) == rows) return words;
  throw FileError(
      "read_projector",
      fmt::format("'{}' does not fit the vectors; got {} words; expected {}, one for each", path, words.size(), rows));
}

}  // namespace

void write_projector(const std::string& vectors_path, const std::string& words_path, const Tensor& vectors,
                     const std::vector<std::string>& words, ProjectorOptions options) {
  static const std::string name = "write_projector";
  const ErrorScope scope(name);
  check_table("write_projector", words, vectors);
  const std::int64_t first = options.skip_padding ? 1 : 0;
  std::string rows;
  detail::for_floating_type(vectors.dtype(), [&]<class T>(T) { rows = rows_as_text<T>(vectors, first); });
  write_whole_files({{vectors_path, rows}, {words_path, words_as_text(words, first)}});
}

EmbeddingTable read_projector(const std::string& vectors_path, const std::string& words_path) {
  static const std::string name = "read_projector";
  const ErrorScope scope(name);
  const Tensor vectors = read_vectors(vectors_path);
  return EmbeddingTable(read_words(words_path, vectors.dim(0)), vectors);
}

}  // namespace cornu::explore
