#include <cornu/framework/data/csv_cells.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include <cornu/framework/base/errors.hpp>
#include <cornu/framework/base/shown.hpp>
#include <cornu/framework/base/utf8.hpp>

namespace cornu {

namespace {

[[noreturn]] void fail(std::string_view path, std::size_t line, std::string_view message) {
  throw FileError("read_csv", fmt::format("'{}', line {}: {}", path, line, message));
}

// How many lines end in a text: at "\n", "\r\n" or "\r".
std::size_t line_ends(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    count += text[i] == '\n' || (text[i] == '\r' && !text.substr(i + 1).starts_with('\n')) ? 1 : 0;
  return count;
}

void require_utf8(std::string_view text, std::string_view path) {
  const std::size_t at = find_invalid_utf8(text);
  if (at == std::string_view::npos) return;
  const std::string_view before = text.substr(0, at);
  const std::size_t begin = before.find_last_of("\r\n") + 1;  // 0 where there is none
  fail(path, line_ends(before) + 1,
       fmt::format("the line is not UTF-8; got byte 0x{:02X} at its byte {}; convert the file to UTF-8",
                   static_cast<unsigned char>(text[at]), at - begin + 1));
}

// Reads the text from front to back. What the cells hold is never longer than what has been read, and is moved to the
// front of the text.
class CsvParser {
 public:
  CsvParser(std::string text, char separator, std::string_view path) : separator_(separator), path_(path) {
    cells_.text = std::move(text);
    if (cells_.text.starts_with("\xEF\xBB\xBF")) from_ = 3;
    const auto is_end = [separator](char c) { return c == separator || c == '\n' || c == '\r'; };
    const auto most = std::count_if(cells_.text.begin(), cells_.text.end(), is_end) + 1;
    cells_.ends.reserve(static_cast<std::size_t>(most));
  }

  CsvCells parse() {
    while (!at_end())
      if (!skip_blank_line()) parse_row();
    cells_.text.resize(to_);
    return std::move(cells_);
  }

 private:
  std::string_view text() const { return cells_.text; }
  bool at_end() const { return from_ == cells_.text.size(); }
  bool is_at(char c) const { return !at_end() && cells_.text[from_] == c; }
  bool at_line_end() const { return at_end() || is_at('\n') || is_at('\r'); }

  bool take(char c) {
    const bool found = is_at(c);
    from_ += found ? 1 : 0;
    return found;
  }

  void take_line_end() {
    take('\r');  // alone, or before '\n'
    take('\n');
    ++line_;
  }

  bool skip_blank_line() {
    const std::size_t begin = from_;
    from_ = std::min(text().find_first_not_of(' ', from_), cells_.text.size());
    const bool is_blank = at_line_end();
    if (!is_blank) from_ = begin;
    if (is_blank) take_line_end();
    return is_blank;
  }

  void parse_row() {
    const std::size_t first = cells_.ends.size();
    cells_.lines.push_back(line_);
    do parse_cell();
    while (take(separator_));
    take_line_end();
    const std::size_t count = cells_.ends.size() - first;
    if (cells_.rows() == 1) cells_.columns = count;
    if (count != cells_.columns)
      fail(path_, cells_.lines.back(),
           fmt::format("got {} cells; expected {}, as in line {}", count, cells_.columns, cells_.lines.front()));
  }

  void parse_cell() {
    if (take('"'))
      parse_quoted();
    else
      keep(end_of_plain());
    cells_.ends.push_back(to_);
  }

  std::size_t end_of_plain() const {
    std::size_t end = from_;
    const auto is_inside = [&](char c) { return c != separator_ && c != '\n' && c != '\r'; };
    while (end < cells_.text.size() && is_inside(cells_.text[end])) ++end;
    return end;
  }

  // Up to the closing quote; two quotes are one that belongs to the cell.
  void parse_quoted() {
    const std::size_t opened = line_;
    for (bool goes_on = true; goes_on;) {
      const std::size_t quote = cells_.text.find('"', from_);
      if (quote == std::string::npos)
        fail(path_, opened, "a quote is not closed; expected another quote before the end of the file");
      line_ += line_ends(text().substr(from_, quote - from_));
      keep(quote);
      ++from_;
      goes_on = is_at('"');
      if (goes_on) keep(from_ + 1);
    }
    if (!at_line_end() && !is_at(separator_))
      fail(path_, line_,
           fmt::format("text behind a closing quote; got \"{}\"; expected a separator or the end of the line; a quote "
                       "within quotes is written twice",
                       shown(text().substr(from_, 80), 20)));
  }

  // Adds what is read up to `end` to the present cell.
  void keep(std::size_t end) {
    const auto begin = cells_.text.begin();
    if (from_ != to_)
      std::copy(begin + static_cast<std::ptrdiff_t>(from_), begin + static_cast<std::ptrdiff_t>(end),
                begin + static_cast<std::ptrdiff_t>(to_));
    to_ += end - from_;
    from_ = end;
  }

  char separator_;
  std::string_view path_;
  CsvCells cells_;
  std::size_t from_ = 0, to_ = 0, line_ = 1;
};

}  // namespace

CsvCells parse_csv(std::string text, char separator, std::string_view path) {
  require_utf8(text, path);
  return CsvParser(std::move(text), separator, path).parse();
}

}  // namespace cornu
