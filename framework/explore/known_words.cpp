#include <cornu/framework/explore/known_words.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/files.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/base/utf8.hpp>
#include <cornu/framework/text/lines.hpp>
#include <cornu/framework/text/standardize.hpp>

namespace cornu::explore {

KnownWords::KnownWords(const EmbeddingTable& table, std::int64_t restrict_vocab, bool case_insensitive)
    : case_insensitive_(case_insensitive) {
  if (restrict_vocab < 0)
    throw ValueError("EmbeddingTable", fmt::format("restrict_vocab must be 0 or more; got {}", restrict_vocab));
  const std::vector<std::string>& words = table.words();
  const auto rows = static_cast<std::size_t>(std::min(restrict_vocab, std::ssize(words)));
  std::vector<std::string> forms;
  for (std::size_t row = 0; row < rows; ++row) forms.push_back(form_of(words[row]));
  forms_ = WordIndex(std::move(forms));
  for (const std::string& form : forms_.words()) first_rows_.push_back(*forms_.find(form));
}

std::string KnownWords::form_of(std::string_view word) const {
  return case_insensitive_ ? text::lower(std::string(word)) : std::string(word);
}

std::optional<std::int64_t> KnownWords::row_of(std::string_view form) const { return forms_.find(form); }

std::string read_questions(std::string_view where, const std::string& path) {
  std::string text = read_text_file(path);
  text::for_each_line(text, [&](std::string_view line, std::size_t number) {
    if (const std::size_t at = find_invalid_utf8(line); at != std::string_view::npos)
      throw FileError(where, fmt::format("'{}', line {}: not UTF-8; got \"{}\"; convert the file to UTF-8", path,
                                         number, shown(line, 40)));
  });
  return text;
}

std::vector<std::string_view> fields_of(std::string_view line, std::string_view delimiters) {
  std::vector<std::string_view> fields;
  for (std::size_t begin = 0; (begin = line.find_first_not_of(delimiters, begin)) != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(delimiters, begin), line.size());
    fields.push_back(line.substr(begin, end - begin));
    begin = end;
  }
  return fields;
}

}  // namespace cornu::explore
