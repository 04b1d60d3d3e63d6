#pragma once
// Internal: the cells of a text with separators.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cornu {

/// Rows of equally many cells.
struct CsvCells {
  std::string text;                ///< what the cells hold, one behind the other
  std::vector<std::size_t> ends;   ///< where each of them ends there
  std::vector<std::size_t> lines;  ///< for each row, the line of the file in which it begins, from 1
  std::size_t columns = 0;

  std::size_t rows() const { return lines.size(); }
  std::string_view cell(std::size_t row, std::size_t column) const {
    const std::size_t i = row * columns + column, begin = i == 0 ? 0 : ends[i - 1];
    return std::string_view(text).substr(begin, ends[i] - begin);
  }
};

/// The cells of a file's text: RFC 4180, lines that end in "\n", "\r\n" or "\r", and without blank lines. Takes memory
/// for the text and at most eight bytes for each byte of it. Throws FileError, naming the file and the line, for what
/// is not UTF-8, for a quote that is not closed or has text behind it, and for rows of different lengths.
CsvCells parse_csv(std::string text, char separator, std::string_view path);

}  // namespace cornu
